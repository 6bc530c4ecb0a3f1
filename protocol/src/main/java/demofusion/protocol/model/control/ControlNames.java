package demofusion.protocol.model.control;

import demofusion.protocol.model.file.UnetKeys;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the names that a ControlNet's tensors go by to diffusers' (conditioning section 1): those of
 * diffusers itself, or those of latent diffusion's code, which number the blocks through, with or
 * without {@code control_model.} before them.
 */
final class ControlNames {
  /** What reads the picture. */
  static final String HINT = "controlnet_cond_embedding.";

  /** One row for each of a union's types. */
  static final String TASKS = "task_embedding";

  /** Spelt so in every union. */
  static final String UNION_LAYER = "transformer_layes.0.";

  private static final String PREFIX = "control_model.";
  private static final String LDM_SIGN = "input_hint_block.0.weight";
  private static final Pattern LDM_HINT = Pattern.compile("input_hint_block\\.(\\d{1,3})\\.(.+)");
  private static final Pattern LDM_OUTPUT = Pattern.compile("zero_convs\\.(\\d{1,3})\\.0\\.(.+)");
  private static final String LDM_MIDDLE = "middle_block_out.0.";
  private static final Pattern LDM_DOWNSAMPLER =
      Pattern.compile("input_blocks\\.(\\d{1,3})\\.0\\.op\\.weight");
  private static final Pattern JOINED = Pattern.compile("(.*\\.attn\\.in_proj)_(weight|bias)");

  private final String prefix;
  private final boolean isLdm;
  private final int lastHint;
  private final UnetKeys unet;

  private ControlNames(String prefix, boolean isLdm, int lastHint, int layers) {
    this.prefix = prefix;
    this.isLdm = isLdm;
    this.lastHint = lastHint;
    this.unet = new UnetKeys(layers);
  }

  /** The set of names that a file has. */
  static ControlNames of(Collection<String> keys) {
    String prefix = keys.stream().anyMatch(key -> key.startsWith(PREFIX)) ? PREFIX : "";
    boolean isLdm = keys.contains(prefix + LDM_SIGN);
    int lastHint = numbers(keys, prefix, LDM_HINT, true).orElse(0);
    // the first downsampler comes behind as many layers as every level has
    int layers = numbers(keys, prefix, LDM_DOWNSAMPLER, false).orElse(1) - 1;
    return new ControlNames(prefix, isLdm, lastHint, layers);
  }

  private static OptionalInt numbers(
      Collection<String> keys, String prefix, Pattern pattern, boolean last) {
    var numbers =
        keys.stream()
            .filter(key -> key.startsWith(prefix))
            .map(key -> pattern.matcher(key.substring(prefix.length())))
            .filter(Matcher::matches)
            .mapToInt(matcher -> Integer.parseInt(matcher.group(1)));
    return last ? numbers.max() : numbers.min();
  }

  /** Whether a tensor is the ControlNet's, where a whole model lies in the file too. */
  boolean isOfControlNet(String key) {
    return key.startsWith(prefix);
  }

  /** Diffusers' name of a tensor; its own where there is none. */
  String canonical(String key) {
    String bare = key.substring(prefix.length());
    if (isLdm) {
      return ofLdm(bare).orElse(bare);
    }
    Matcher joined = JOINED.matcher(bare);
    return joined.matches() ? joined.group(1) + "." + joined.group(2) : bare;
  }

  private Optional<String> ofLdm(String key) {
    Matcher hint = LDM_HINT.matcher(key);
    if (hint.matches()) {
      int number = Integer.parseInt(hint.group(1));
      String layer =
          number == 0 ? "conv_in" : number == lastHint ? "conv_out" : "blocks." + (number / 2 - 1);
      return Optional.of(HINT + layer + "." + hint.group(2));
    }
    Matcher output = LDM_OUTPUT.matcher(key);
    if (output.matches()) {
      return Optional.of("controlnet_down_blocks." + output.group(1) + "." + output.group(2));
    }
    if (key.startsWith(LDM_MIDDLE)) {
      return Optional.of("controlnet_mid_block." + key.substring(LDM_MIDDLE.length()));
    }
    return unet.toFolder(key);
  }
}
