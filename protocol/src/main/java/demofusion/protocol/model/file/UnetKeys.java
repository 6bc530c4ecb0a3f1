package demofusion.protocol.model.file;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The UNet's tensors: from the names of latent diffusion's code to those of diffusers (models.md).
 * There blocks are numbered through; here they are in levels.
 *
 * @param layers resnets of each level on the way down
 */
public record UnetKeys(int layers) {
  /** Of a UNet in a whole checkpoint. */
  public static final String PREFIX = "model.diffusion_model.";

  private static final Pattern BLOCK =
      Pattern.compile("(input_blocks|output_blocks)\\.(\\d{1,4})\\.(\\d)\\.(.+)");
  private static final Pattern MIDDLE = Pattern.compile("middle_block\\.([012])\\.(.+)");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "time_embed.0.", "time_embedding.linear_1.",
          "time_embed.2.", "time_embedding.linear_2.",
          "time_embed.cond_proj.", "time_embedding.cond_proj.",
          "label_emb.0.0.", "add_embedding.linear_1.",
          "label_emb.0.2.", "add_embedding.linear_2.",
          "out.0.", "conv_norm_out.",
          "out.2.", "conv_out.");

  private static final Map<String, String> IN_RESNET =
      Map.of(
          "in_layers.0.", "norm1.",
          "in_layers.2.", "conv1.",
          "emb_layers.1.", "time_emb_proj.",
          "out_layers.0.", "norm2.",
          "out_layers.3.", "conv2.",
          "skip_connection.", "conv_shortcut.");

  /**
   * @param key without the prefix
   */
  public Optional<String> toFolder(String key) {
    Matcher block = BLOCK.matcher(key);
    if (block.matches()) {
      int number = Integer.parseInt(block.group(2));
      int place = Integer.parseInt(block.group(3));
      return block.group(1).equals("input_blocks")
          ? down(number, place, block.group(4))
          : up(number, place, block.group(4));
    }
    Matcher middle = MIDDLE.matcher(key);
    if (middle.matches()) {
      return switch (middle.group(1)) {
        case "0" -> inResnet("mid_block.resnets.0.", middle.group(2));
        case "1" -> Optional.of("mid_block.attentions.0." + middle.group(2));
        default -> inResnet("mid_block.resnets.1.", middle.group(2));
      };
    }
    return renamed("", key, OUTSIDE);
  }

  private Optional<String> down(int number, int place, String rest) {
    if (number == 0) {
      return place == 0 ? Optional.of("conv_in." + rest) : Optional.empty();
    }
    int level = (number - 1) / (layers + 1);
    int layer = (number - 1) % (layers + 1);
    String block = "down_blocks." + level + ".";
    if (layer == layers) {
      return place == 0
          ? renamed(block + "downsamplers.0.", rest, Map.of("op.", "conv."))
          : Optional.empty();
    }
    return inBlock(block, layer, place, rest);
  }

  private Optional<String> up(int number, int place, String rest) {
    int layer = number % (layers + 1);
    String block = "up_blocks." + number / (layers + 1) + ".";
    if (layer == layers && place > 0 && rest.startsWith("conv.")) {
      return Optional.of(block + "upsamplers.0." + rest);
    }
    return inBlock(block, layer, place, rest);
  }

  private static Optional<String> inBlock(String block, int layer, int place, String rest) {
    return switch (place) {
      case 0 -> inResnet(block + "resnets." + layer + ".", rest);
      case 1 -> Optional.of(block + "attentions." + layer + "." + rest);
      default -> Optional.empty();
    };
  }

  private static Optional<String> inResnet(String resnet, String rest) {
    return renamed(resnet, rest, IN_RESNET);
  }

  private static Optional<String> renamed(String under, String key, Map<String, String> names) {
    return names.entrySet().stream()
        .filter(name -> key.startsWith(name.getKey()))
        .map(name -> under + name.getValue() + key.substring(name.getKey().length()))
        .findFirst();
  }
}
