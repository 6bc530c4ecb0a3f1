package demofusion.worker.model.folder;

/**
 * What one sample costs in one forward of the UNet, from its configuration alone: every weight is
 * applied at each place of its block's resolution, and attention grows with the square of the
 * places. Guidance makes two samples of a view.
 */
public final class UnetCost {
  /** Tokens of a prompt. */
  private static final int TEXT_TOKENS = 77;

  private final Layout layout;

  private UnetCost(UnetConfig config) {
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
    return layout.weights().stream().mapToDouble(weight -> of(weight, height, width)).sum();
  }

  /** What one weight is good for: its own products, and attention's where it makes the queries. */
  static double of(Layout.Weight weight, int height, int width) {
    if (weight.shape().length == 1) {
      return 0; // biases and norms
    }
    double places = halved(height, weight.level()) * halved(width, weight.level());
    double products = 2.0 * Layout.size(weight.shape());
    double compared = 4.0 * places * weight.shape()[0];
    return switch (weight.applied()) {
      case ONCE -> products;
      case TEXT -> products * TEXT_TOKENS;
      case PLACES, KEYS -> products * places;
      case QUERIES -> products * places + compared * places;
      case TEXT_QUERIES -> products * places + compared * TEXT_TOKENS;
    };
  }

  private static double halved(int side, int times) {
    return Math.ceil(side / (double) (1 << times));
  }
}
