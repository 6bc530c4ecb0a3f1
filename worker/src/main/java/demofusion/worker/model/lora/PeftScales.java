package demofusion.worker.model.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The scales of a file that PEFT saved: its settings stand in the header's metadata, not beside the
 * tensors.
 */
record PeftScales(String file, JsonNode settings) {
  private static final String METADATA = "lora_adapter_metadata";
  private static final String PATTERNS = "alpha_pattern";

  /** All are gone through for each module. */
  private static final int MOST_PATTERNS = 10_000;

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * @param name of the LoRA, for sentences
   * @throws DemofusionException BAD_MODEL if the metadata is no JSON, or has more patterns than any
   *     file
   */
  static PeftScales of(String name, SafetensorsFile file) {
    String text = file.metadata().getOrDefault(METADATA, "{}");
    try {
      JsonNode settings = JSON.readTree(text);
      requireFewPatterns(name, settings);
      return new PeftScales(name, settings);
    } catch (JsonProcessingException e) {
      throw DemofusionException.badModel(
          "LoRA %s has %s that is not valid JSON: it was damaged, or another program wrote it"
              .formatted(name, METADATA));
    }
  }

  private static void requireFewPatterns(String name, JsonNode settings) {
    for (Map.Entry<String, JsonNode> entry : settings.properties()) {
      int count = entry.getValue().size();
      if (entry.getKey().endsWith("." + PATTERNS) && count > MOST_PATTERNS) {
        throw DemofusionException.badModel(
            "LoRA %s has %s entries in %s of %s; it must have at most %s"
                .formatted(
                    name, count, LoraFile.shortened(entry.getKey()), METADATA, MOST_PATTERNS));
      }
    }
  }

  /**
   * A module's scale.
   *
   * @return 1 where the file says nothing
   */
  double of(LoraTarget target, int rank) {
    OptionalDouble alpha = alpha(target);
    if (alpha.isEmpty()) {
      return 1;
    }
    boolean stabilised = setting(target, "use_rslora").asBoolean();
    return alpha.getAsDouble() / (stabilised ? Math.sqrt(rank) : rank);
  }

  private OptionalDouble alpha(LoraTarget target) {
    for (Map.Entry<String, JsonNode> entry : setting(target, PATTERNS).properties()) {
      String module = target.module();
      if (module.equals(entry.getKey()) || module.endsWith("." + entry.getKey())) {
        return OptionalDouble.of(checked(target, entry.getValue()));
      }
    }
    JsonNode alpha = setting(target, "lora_alpha");
    return alpha.isMissingNode() || alpha.isNull()
        ? OptionalDouble.empty()
        : OptionalDouble.of(checked(target, alpha));
  }

  private JsonNode setting(LoraTarget target, String name) {
    return settings.path(target.prefix() + "." + name);
  }

  private double checked(LoraTarget target, JsonNode alpha) {
    double value = alpha.isNumber() ? alpha.doubleValue() : Double.NaN;
    if (!Double.isFinite(value) || value == 0) {
      throw DemofusionException.badModel(
          "LoRA %s has the alpha %s for %s; it must be a number other than 0"
              .formatted(file, LoraFile.shortened(alpha.asText()), target));
    }
    if (Math.abs(value) > LoraModule.MOST_ALPHA) {
      throw DemofusionException.badModel(
          "LoRA %s has the alpha %s for %s; it must be at most %s"
              .formatted(file, value, target, LoraModule.MOST_ALPHA));
    }
    return value;
  }
}
