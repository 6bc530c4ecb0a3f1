package demofusion.worker.model.folder;

import java.util.regex.Pattern;

/** The VAE's attention was once spelled otherwise; diffusers still reads both, and so do we. */
final class OldNames {
  private static final Pattern ATTENTION =
      Pattern.compile("(.*\\.mid_block\\.attentions\\.0)\\.(query|key|value|proj_attn)\\.(.*)");

  private OldNames() {}

  /** Today's name of a tensor. */
  static String today(String name) {
    var matcher = ATTENTION.matcher(name);
    if (!matcher.matches()) {
      return name;
    }
    String layer =
        switch (matcher.group(2)) {
          case "query" -> "to_q";
          case "key" -> "to_k";
          case "value" -> "to_v";
          default -> "to_out.0";
        };
    return matcher.group(1) + "." + layer + "." + matcher.group(3);
  }
}
