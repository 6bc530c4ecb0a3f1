package demofusion.worker.model.tensor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tensors' names as the layouts of networks spell them. Weights come under other names too, by the
 * program that wrote them; what diffusers and transformers still read, or write today, is read
 * here.
 */
public final class TensorNames {
  /** Since 5.6 transformers saves a tower without its prefix, unless it was loaded with one. */
  private static final Pattern FLAT_TOWER =
      Pattern.compile("(?:embeddings|encoder|final_layer_norm)\\..*");

  /** The VAE's attention before diffusers 0.13. */
  private static final Pattern OLD_ATTENTION =
      Pattern.compile("(.*\\.mid_block\\.attentions\\.0)\\.(query|key|value|proj_attn)\\.(.*)");

  private TensorNames() {}

  public static String ofTower(String name) {
    return FLAT_TOWER.matcher(name).matches() ? "text_model." + name : name;
  }

  public static String ofDiffusers(String name) {
    Matcher old = OLD_ATTENTION.matcher(name);
    if (!old.matches()) {
      return name;
    }
    String layer =
        switch (old.group(2)) {
          case "query" -> "to_q";
          case "key" -> "to_k";
          case "value" -> "to_v";
          default -> "to_out.0";
        };
    return old.group(1) + "." + layer + "." + old.group(3);
  }
}
