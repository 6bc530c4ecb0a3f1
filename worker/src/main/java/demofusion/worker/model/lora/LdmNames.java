package demofusion.worker.model.lora;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a UNet's modules in files of Stability's own layout (LDM), from those of diffusers.
 *
 * @param layers residual networks of a down block
 */
record LdmNames(int layers) {
  private static final Pattern BLOCK =
      Pattern.compile("(down|up)_blocks\\.(\\d+)\\.(resnets|attentions)\\.(\\d+)\\.(.+)");
  private static final Pattern SAMPLER =
      Pattern.compile("(down|up)_blocks\\.(\\d+)\\.(?:down|up)samplers\\.0\\.conv");
  private static final Pattern MIDDLE =
      Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d+)\\.(.+)");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "time_embedding.linear_1", "time_embed.0",
          "time_embedding.linear_2", "time_embed.2",
          "add_embedding.linear_1", "label_emb.0.0",
          "add_embedding.linear_2", "label_emb.0.2",
          "conv_in", "input_blocks.0.0",
          "conv_norm_out", "out.0",
          "conv_out", "out.2");

  private static final Map<String, String> IN_RESNET =
      Map.of(
          "norm1", "in_layers.0",
          "conv1", "in_layers.2",
          "time_emb_proj", "emb_layers.1",
          "norm2", "out_layers.0",
          "conv2", "out_layers.3",
          "conv_shortcut", "skip_connection");

  /**
   * @param upAttention whether the up block that an upsampler belongs to has transformers
   */
  Optional<String> of(String module, boolean upAttention) {
    Matcher block = BLOCK.matcher(module);
    if (block.matches()) {
      int first =
          Integer.parseInt(block.group(2)) * (layers + 1) + Integer.parseInt(block.group(4));
      String place =
          block.group(1).equals("down") ? "input_blocks." + (first + 1) : "output_blocks." + first;
      return inside(block.group(3), block.group(5)).map(name -> place + name);
    }
    Matcher sampler = SAMPLER.matcher(module);
    if (sampler.matches()) {
      int level = Integer.parseInt(sampler.group(2));
      return Optional.of(
          sampler.group(1).equals("down")
              ? "input_blocks." + (level + 1) * (layers + 1) + ".0.op"
              : "output_blocks.%s.%s.conv"
                  .formatted(level * (layers + 1) + layers, upAttention ? 2 : 1));
    }
    Matcher middle = MIDDLE.matcher(module);
    if (middle.matches()) {
      boolean isResnet = middle.group(1).equals("resnets");
      int place = 2 * Integer.parseInt(middle.group(2)) + (isResnet ? 0 : 1);
      String rest = middle.group(3);
      return Optional.ofNullable(isResnet ? IN_RESNET.get(rest) : rest)
          .map(name -> "middle_block." + place + "." + name);
    }
    return Optional.ofNullable(OUTSIDE.get(module));
  }

  private static Optional<String> inside(String kind, String rest) {
    return kind.equals("resnets")
        ? Optional.ofNullable(IN_RESNET.get(rest)).map(name -> ".0." + name)
        : Optional.of(".1." + rest);
  }
}
