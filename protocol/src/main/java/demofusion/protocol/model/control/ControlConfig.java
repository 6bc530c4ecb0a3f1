package demofusion.protocol.model.control;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.LfsPointer;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a ControlNet's config.json says that its tensors do not (conditioning section 1): everything
 * else is read off the tensors, or is the UNet's that it was made of.
 *
 * @param blueFirst whether it was trained on BGR ({@code controlnet_conditioning_channel_order})
 */
record ControlConfig(boolean blueFirst) {
  /** Of a file without one. */
  static final ControlConfig NONE = new ControlConfig(false);

  private static final long LARGEST_BYTES = 1 << 20;
  private static final int LONGEST_QUOTE = 80;
  private static final String ORDER = "controlnet_conditioning_channel_order";
  private static final String BGR = "bgr";
  private static final JsonMapper JSON = new JsonMapper();

  /** Classes of diffusers whose configurations are recognised, and what they are. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "SparseControlNetModel", "a SparseCtrl, a ControlNet of videos",
          "SD3ControlNetModel", "a ControlNet for SD3",
          "FluxControlNetModel", "a ControlNet for Flux",
          "HunyuanDiT2DControlNetModel", "a ControlNet for HunyuanDiT",
          "ControlNetXSAdapter", "a ControlNet-XS",
          "T2IAdapter", "a T2I-Adapter",
          "UNet2DConditionModel", "a UNet");

  /** Whether a file's own header says so, as those that are written here do. */
  static boolean isBlueFirst(SafetensorsFile file) {
    return BGR.equals(file.metadata().get(ORDER));
  }

  /** What a header says of a file that is written here. */
  static Map<String, String> header(boolean blueFirst) {
    return blueFirst ? Map.of(ORDER, BGR) : Map.of();
  }

  static ControlConfig read(Path file) {
    return new Reading(file, object(file)).read();
  }

  private static JsonNode object(Path file) {
    try {
      long size = Files.size(file);
      if (size > LARGEST_BYTES) {
        throw DemofusionException.badModel(
            "%s has %s bytes, more than the %s of any configuration"
                .formatted(file, size, LARGEST_BYTES));
      }
      byte[] content = Files.readAllBytes(file);
      LfsPointer.refuse(file.toString(), content);
      JsonNode root = JSON.readTree(content);
      if (!root.isObject()) {
        throw DemofusionException.badModel(file + " must be a JSON object");
      }
      return root;
    } catch (JacksonException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, file + " is not valid JSON: " + reason(e), e);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, file + " cannot be read: " + SafeFile.reason(e), e);
    }
  }

  private static String reason(JacksonException e) {
    return Excerpt.printable(
        e.getOriginalMessage().lines().findFirst().orElse("unreadable"), LONGEST_QUOTE);
  }

  /** A file that is being looked at. */
  private record Reading(Path file, JsonNode root) {
    ControlConfig read() {
      String name = root.path("_class_name").asText("ControlNetModel");
      if (!name.equals("ControlNetModel") && !name.equals("ControlNetUnionModel")) {
        String what = OTHERS.get(name);
        throw DemofusionException.badModel(
            "%s is %s, not a ControlNet that is supported: give a ControlNetModel or a"
                    .formatted(
                        file,
                        what == null ? "of class " + Excerpt.printable(name, LONGEST_QUOTE) : what)
                + " ControlNetUnionModel for SD 1, SD 2 or SDXL");
      }
      if (root.path("global_pool_conditions").asBoolean()) {
        throw wrong(
            "global_pool_conditions",
            "is a shuffle ControlNet's, which is not supported: an IP-Adapter does the like");
      }
      requireOr("conditioning_channels", "3", "only pictures of 3 channels are");
      requireOr("act_fn", "silu", "only silu is");
      requireOr("resnet_time_scale_shift", "default", "only default is");
      requireOr("addition_embed_type", "text_time", "only text_time and null are");
      for (String key : new String[] {"class_embed_type", "encoder_hid_dim_type"}) {
        if (root.hasNonNull(key)) {
          throw wrong(key, "is not supported, only null is");
        }
      }
      String order = root.path(ORDER).asText("rgb");
      if (!order.equals("rgb") && !order.equals(BGR)) {
        throw wrong(ORDER, "must be rgb or bgr");
      }
      return new ControlConfig(order.equals(BGR));
    }

    private void requireOr(String key, String value, String only) {
      if (root.hasNonNull(key) && !root.get(key).asText().equals(value)) {
        throw wrong(key, "is not supported, " + only);
      }
    }

    private DemofusionException wrong(String key, String problem) {
      return DemofusionException.badModel(
          "%s: %s %s %s"
              .formatted(
                  file, key, Excerpt.printable(root.get(key).toString(), LONGEST_QUOTE), problem));
    }
  }
}
