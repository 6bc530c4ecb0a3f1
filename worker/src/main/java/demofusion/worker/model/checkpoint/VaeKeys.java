package demofusion.worker.model.checkpoint;

import demofusion.worker.model.tensor.TensorView;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The VAE's tensors: from the names of latent diffusion's code to those of diffusers
 * (docs/models.md). Names that are diffusers' already stay.
 *
 * @param levels of resolution
 */
record VaeKeys(int levels) {
  /** Where a file has them; the last: in a file of the VAE alone. */
  static final List<String> PREFIXES = List.of("first_stage_model.", "vae.", "");

  private static final String A_KEY = "decoder.conv_in.weight";
  private static final Pattern UP = Pattern.compile("decoder\\.up\\.(\\d{1,3})\\..*");
  private static final Pattern BLOCK =
      Pattern.compile(
          "(encoder\\.down|decoder\\.up)\\.(\\d{1,3})\\.(?:block\\.(\\d{1,3})|downsample|upsample)\\.(.+)");
  private static final Pattern MIDDLE =
      Pattern.compile("((?:en|de)coder)\\.mid\\.(block_1|block_2|attn_1)\\.(.+)");
  private static final Pattern OUTPUT = Pattern.compile("((?:en|de)coder)\\.norm_out\\.(.+)");
  private static final Pattern ATTENTION_WEIGHT =
      Pattern.compile(
          ".*\\.attentions\\.0\\.(to_[qkv]|to_out\\.0|query|key|value|proj_attn)\\.weight");

  private static final Map<String, String> IN_ATTENTION =
      Map.of("norm", "group_norm", "q", "to_q", "k", "to_k", "v", "to_v", "proj_out", "to_out.0");

  /** Where a file's VAE begins, if it has one. */
  static Optional<String> prefixIn(Collection<String> keys) {
    return PREFIXES.stream().filter(prefix -> keys.contains(prefix + A_KEY)).findFirst();
  }

  /**
   * @param keys without the prefix
   */
  static VaeKeys of(Collection<String> keys) {
    int highest =
        keys.stream()
            .map(UP::matcher)
            .filter(Matcher::matches)
            .mapToInt(level -> Integer.parseInt(level.group(1)))
            .max()
            .orElse(0);
    return new VaeKeys(highest + 1);
  }

  /** Its name in a folder. */
  String toFolder(String key) {
    Matcher block = BLOCK.matcher(key);
    if (block.matches()) {
      boolean isDown = block.group(1).startsWith("encoder");
      int level = Integer.parseInt(block.group(2));
      String folder =
          isDown ? "encoder.down_blocks." + level : "decoder.up_blocks." + (levels - 1 - level);
      String resampler = isDown ? ".downsamplers.0." : ".upsamplers.0.";
      return block.group(3) == null
          ? folder + resampler + block.group(4)
          : folder + ".resnets." + block.group(3) + "." + inResnet(block.group(4));
    }
    Matcher middle = MIDDLE.matcher(key);
    if (middle.matches()) {
      String folder = middle.group(1) + ".mid_block.";
      return switch (middle.group(2)) {
        case "block_1" -> folder + "resnets.0." + inResnet(middle.group(3));
        case "block_2" -> folder + "resnets.1." + inResnet(middle.group(3));
        default -> folder + "attentions.0." + inAttention(middle.group(3));
      };
    }
    Matcher output = OUTPUT.matcher(key);
    return output.matches() ? output.group(1) + ".conv_norm_out." + output.group(2) : key;
  }

  private static String inResnet(String rest) {
    return rest.replaceFirst("^nin_shortcut\\.", "conv_shortcut.");
  }

  private static String inAttention(String rest) {
    int dot = rest.lastIndexOf('.');
    String layer = dot < 0 ? rest : rest.substring(0, dot);
    return IN_ATTENTION.getOrDefault(layer, layer) + (dot < 0 ? "" : rest.substring(dot));
  }

  /** Attention is written as convolutions of one place there, and as matrices here. */
  static TensorView asInFolder(String name, TensorView tensor) {
    long[] shape = tensor.shape();
    boolean isOnePlace = shape.length == 4 && shape[2] == 1 && shape[3] == 1;
    return isOnePlace && ATTENTION_WEIGHT.matcher(name).matches()
        ? tensor.shaped(shape[0], shape[1])
        : tensor;
  }
}
