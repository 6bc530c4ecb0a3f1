package demofusion.worker.model.folder;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one sample costs in one forward of the UNet, from its configuration alone: every weight is
 * applied at each place of its block's resolution, and attention grows with the square of the
 * places. Guidance makes two samples of a view.
 */
public final class UnetCost {
  /** Tokens of a prompt. */
  private static final int TEXT_TOKENS = 77;

  private static final Pattern BLOCK = Pattern.compile("(down|up)_blocks\\.(\\d+)\\.(\\w+)\\..*");

  private final UnetConfig config;
  private final Layout layout;

  private UnetCost(UnetConfig config) {
    this.config = config;
    this.layout = UnetLayout.of(config);
  }

  public static UnetCost of(UnetConfig config) {
    return new UnetCost(config);
  }

  /**
   * Floating-point operations of one sample; a multiplication and its addition count as two.
   *
   * @param height of the latent, in latent samples
   */
  public double flop(int height, int width) {
    double flop = 0;
    for (Map.Entry<String, int[]> weight : layout.shapes().entrySet()) {
      flop += of(weight.getKey(), weight.getValue(), height, width);
    }
    return flop;
  }

  /** What one weight is good for: its own products, and attention's where it makes the queries. */
  double of(String name, int[] shape, int height, int width) {
    if (shape.length == 1) {
      return 0; // biases and norms
    }
    double places = places(name, height, width);
    double flop = 2.0 * Layout.size(shape) * places;
    if (name.endsWith(".to_q.weight")) {
      double seen = name.contains(".attn1.") ? places : TEXT_TOKENS;
      flop += 4.0 * places * seen * shape[0];
    }
    return flop;
  }

  /** How often a weight is applied. */
  private double places(String name, int height, int width) {
    if (name.contains("time_emb") || name.startsWith("add_embedding")) {
      return 1;
    }
    if (name.contains(".attn2.to_k") || name.contains(".attn2.to_v")) {
      return TEXT_TOKENS;
    }
    int halvings = halvings(name);
    double rows = Math.ceil(height / (double) (1 << halvings));
    double columns = Math.ceil(width / (double) (1 << halvings));
    return rows * columns;
  }

  private int halvings(String name) {
    int last = config.down().size() - 1;
    if (name.startsWith("mid_block")) {
      return last;
    }
    Matcher matcher = BLOCK.matcher(name);
    if (!matcher.matches()) {
      return 0;
    }
    int block = Integer.parseInt(matcher.group(2));
    boolean resampler = matcher.group(3).endsWith("samplers");
    if (matcher.group(1).equals("down")) {
      return resampler ? block + 1 : block;
    }
    return resampler ? last - block - 1 : last - block;
  }
}
