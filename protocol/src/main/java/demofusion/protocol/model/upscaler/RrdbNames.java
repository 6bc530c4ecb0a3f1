package demofusion.protocol.model.upscaler;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The three sets of names that RRDBNet's tensors go by, brought to BasicSR's (modes section 7). */
final class RrdbNames {
  private static final Pattern UNDER = Pattern.compile("params(?:_ema)?\\.");

  /** ESRGAN's first release: numbers of modules in sequences. */
  private static final Pattern OLD_DENSE =
      Pattern.compile("model\\.1\\.sub\\.(\\d+)\\.RDB([123])\\.conv([1-5])\\.0\\.(.+)");

  private static final Pattern OLD_TRUNK =
      Pattern.compile("model\\.1\\.sub\\.\\d+\\.(weight|bias)");
  private static final Pattern OLD_LAYER = Pattern.compile("model\\.(0|3|6|8|10)\\.(.+)");
  private static final Map<String, String> OLD_LAYERS =
      Map.of(
          "0", "conv_first",
          "3", "conv_up1",
          "6", "conv_up2",
          "8", "conv_hr",
          "10", "conv_last");

  /** ESRGAN's second release, and BSRGAN. */
  private static final Pattern TRUNK =
      Pattern.compile("RRDB_trunk\\.(\\d+)\\.RDB([123])\\.conv([1-5])\\.(.+)");

  private static final Pattern LAYER =
      Pattern.compile("(trunk_conv|upconv1|upconv2|HRconv)\\.(.+)");
  private static final Map<String, String> LAYERS =
      Map.of(
          "trunk_conv", "conv_body",
          "upconv1", "conv_up1",
          "upconv2", "conv_up2",
          "HRconv", "conv_hr");

  private RrdbNames() {}

  /** BasicSR's name of a tensor; its own where no set of names has it. */
  static String canonical(String name) {
    Matcher under = UNDER.matcher(name);
    String bare = under.lookingAt() ? name.substring(under.end()) : name;
    Matcher dense = OLD_DENSE.matcher(bare);
    if (!dense.matches()) {
      dense = TRUNK.matcher(bare);
    }
    if (dense.matches()) {
      return "body.%s.rdb%s.conv%s.%s"
          .formatted(dense.group(1), dense.group(2), dense.group(3), dense.group(4));
    }
    Matcher trunk = OLD_TRUNK.matcher(bare);
    if (trunk.matches()) {
      return "conv_body." + trunk.group(1);
    }
    Matcher old = OLD_LAYER.matcher(bare);
    if (old.matches()) {
      return OLD_LAYERS.get(old.group(1)) + "." + old.group(2);
    }
    Matcher layer = LAYER.matcher(bare);
    return layer.matches() ? LAYERS.get(layer.group(1)) + "." + layer.group(2) : bare;
  }
}
