package demofusion.worker.model.folder;

/**
 * About how many values one sample has in the UNet at the moment when there are most: the skips
 * that wait for their place on the way up, and what the layer in hand reads, writes and keeps for
 * its residual. Flash attention keeps no square of the places.
 */
public final class UnetActivations implements UnetWalk.Visitor {
  /** Input and its norm, and the output of both convolutions. */
  private static final int RESNET_COPIES = 2;

  /** In widths: input, residual, and the gated unit's eight and four of the perceptron. */
  private static final int TRANSFORMER_WIDTHS = 2 + 8 + 4;

  private final int height;
  private final int width;
  private long waiting;
  private long most;

  private UnetActivations(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /**
   * @param height of the latent, in latent samples
   */
  public static long most(UnetConfig config, int height, int width) {
    UnetActivations activations = new UnetActivations(height, width);
    UnetWalk.through(config, activations);
    return activations.most;
  }

  /**
   * Values of all that a ControlNet adds for one sample: to each skip connection, and behind the
   * middle.
   *
   * @param height of the latent, in latent samples
   */
  public static long residuals(UnetConfig config, int height, int width) {
    UnetActivations kept = new UnetActivations(height, width);
    UnetWalk.through(
        config,
        new UnetWalk.Visitor() {
          @Override
          public void resnet(String layer, int in, int out, int level) {}

          @Override
          public void transformer(String layer, UnetConfig.Block shape, int depth, int level) {}

          @Override
          public void skipKept(int channels, int level) {
            kept.skipKept(channels, level);
          }
        });
    int last = config.down().size() - 1;
    return kept.waiting
        + (config.middle().depths().isEmpty() ? 0 : kept.values(config.middle().channels(), last));
  }

  @Override
  public void resnet(String layer, int in, int out, int level) {
    hold(RESNET_COPIES * ((long) in + out), level);
  }

  @Override
  public void transformer(String layer, UnetConfig.Block shape, int depth, int level) {
    hold((long) TRANSFORMER_WIDTHS * shape.channels(), level);
  }

  @Override
  public void skipKept(int channels, int level) {
    waiting += values(channels, level);
  }

  @Override
  public void skipTaken(int channels, int level) {
    waiting -= values(channels, level);
  }

  private void hold(long channels, int level) {
    most = Math.max(most, waiting + values(channels, level));
  }

  private long values(long channels, int level) {
    return channels * halved(height, level) * halved(width, level);
  }

  private static long halved(int side, int times) {
    return (side + (1L << times) - 1) >> times;
  }
}
