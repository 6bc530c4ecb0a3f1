package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * The settings in a graph of {@link ComfyUiGraph} that has one sampler and plain nodes around it.
 */
final class ComfyUiPlainGraph {
  private static final String SDXL_TEXTS = "CLIPTextEncodeSDXL";

  private final JsonNode graph;
  private final JsonNode sampler;
  private final SettingsDraft draft = new SettingsDraft();

  ComfyUiPlainGraph(JsonNode graph, JsonNode sampler) {
    this.graph = graph;
    this.sampler = sampler;
  }

  Reading settings() {
    JsonNode positive = linked(sampler, "positive");
    JsonNode negative = linked(sampler, "negative");
    JsonNode latent = linked(sampler, "latent_image");
    boolean isZero = is(negative, "ConditioningZeroOut");
    if (!isText(positive) || !(isZero || isText(negative)) || !is(latent, "EmptyLatentImage")) {
      return ComfyUiGraph.refused(
          "a sampler that does not stand between two texts and an empty latent");
    }
    if (isPartial()) {
      return ComfyUiGraph.refused("a KSamplerAdvanced that does only a part of the steps");
    }
    draft.prompts(text(positive), isZero ? null : text(negative));
    String steps = value(sampler, "steps");
    draft.steps(steps);
    draft.sampler(value(sampler, "sampler_name"), value(sampler, "scheduler"));
    draft.guidance(value(sampler, "cfg"));
    draft.seed(value(sampler, isAdvanced() ? "noise_seed" : "seed"));
    draft.size(value(latent, "width"), value(latent, "height"));
    if (is(positive, SDXL_TEXTS)) {
      putSizes(positive, isZero ? MissingNode.getInstance() : negative);
    }
    leaveOut(latent);
    return draft.done();
  }

  private boolean isAdvanced() {
    return is(sampler, "KSamplerAdvanced");
  }

  /** Whether other samplers would have to do the rest. */
  private boolean isPartial() {
    return isAdvanced()
        && (value(sampler, "add_noise").equals("disable")
            || value(sampler, "return_with_leftover_noise").equals("enable")
            || number(sampler, "start_at_step", 0) > 0
            || number(sampler, "end_at_step", Long.MAX_VALUE) < number(sampler, "steps", 0));
  }

  /** What SDXL is told of sizes, and the second encoder's texts. */
  private void putSizes(JsonNode positive, JsonNode negative) {
    if (positive.path("inputs").has("text_g") && value(positive, "text_g").isEmpty()) {
      draft.leaveOut(
          "text_g", "(empty)"); // it is encoded there, and means the same as the prompt here
    }
    draft.secondPrompts(value(positive, "text_g"), value(negative, "text_g"));
    draft.put("Original size", value(positive, "width") + "x" + value(positive, "height"));
    draft.put(
        "Target size", value(positive, "target_width") + "x" + value(positive, "target_height"));
    draft.put("Crop", value(positive, "crop_h") + "," + value(positive, "crop_w"));
  }

  private void leaveOut(JsonNode latent) {
    if (!isAdvanced() && !value(sampler, "denoise").matches("|1|1\\.0*")) {
      draft.leaveOut("denoise", value(sampler, "denoise"));
    }
    if (!value(latent, "batch_size").matches("|1")) {
      draft.leaveOut("batch_size", value(latent, "batch_size"));
    }
    graph.forEach(
        node -> {
          draft.leaveOut("Model", SettingsDraft.stem(value(node, "ckpt_name")));
          draft.leaveOut("VAE", SettingsDraft.stem(value(node, "vae_name")));
          if (node.path("inputs").has("lora_name")) {
            draft.leaveOut(
                "LoRA",
                SettingsDraft.stem(value(node, "lora_name"))
                    + " ("
                    + value(node, "strength_model")
                    + ")");
          }
          String layer = value(node, "stop_at_clip_layer");
          if (!layer.isEmpty()) {
            draft.clipSkip(layer.replace("-", ""));
          }
        });
  }

  private static boolean is(JsonNode node, String kind) {
    return JsonText.text(node, "class_type").equals(kind);
  }

  private static boolean isText(JsonNode node) {
    return is(node, "CLIPTextEncode") || is(node, SDXL_TEXTS);
  }

  private String text(JsonNode node) {
    return value(node, is(node, SDXL_TEXTS) ? "text_l" : "text");
  }

  private long number(JsonNode node, String input, long otherwise) {
    String value = value(node, input);
    return value.matches("\\d{1,18}") ? Long.parseLong(value) : otherwise;
  }

  /** The node that an input is linked to; missing: it is no link. */
  private JsonNode linked(JsonNode node, String input) {
    JsonNode link = node.path("inputs").path(input);
    return link.isArray() ? graph.path(link.path(0).asText()) : MissingNode.getInstance();
  }

  /** An input as text, also where a node of its own holds it; empty: it is not there. */
  private String value(JsonNode node, String input) {
    JsonNode source = linked(node, input);
    return JsonText.text(
        (source.isMissingNode() ? node : source).path("inputs"),
        source.isMissingNode() ? input : "value");
  }
}
