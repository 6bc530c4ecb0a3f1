package demofusion.worker.model.folder;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * About how many values one sample has in the UNet at the moment when there are most: the skips
 * that wait for their place on the way up, and what the layer in hand reads, writes and keeps for
 * its residual. Flash attention keeps no square of the places.
 */
public final class UnetActivations {
  /** Input and its norm, and the output of both convolutions. */
  private static final int RESNET_COPIES = 2;

  /** In widths: input, residual, and the gated unit's eight and four of the perceptron. */
  private static final int TRANSFORMER_WIDTHS = 2 + 8 + 4;

  private final UnetConfig config;
  private final int height;
  private final int width;
  private final Deque<long[]> skips = new ArrayDeque<>(); // channels, values
  private long waiting;
  private long most;

  private UnetActivations(UnetConfig config, int height, int width) {
    this.config = config;
    this.height = height;
    this.width = width;
  }

  /**
   * @param height of the latent, in latent samples
   */
  public static long most(UnetConfig config, int height, int width) {
    return new UnetActivations(config, height, width).walk();
  }

  private long walk() {
    int last = config.down().size() - 1;
    long channels = config.outerChannels();
    push(channels, 0);
    for (int level = 0; level <= last; level++) {
      UnetConfig.Block block = config.down().get(level);
      for (int n = 0; n < block.resnets(); n++) {
        layer(channels, block, level);
        channels = block.channels();
        push(channels, level);
      }
      if (level < last) {
        push(channels, level + 1);
      }
    }
    layer(channels, config.middle(), last);
    for (int n = 0; n <= last; n++) {
      UnetConfig.Block block = config.up().get(n);
      for (int j = 0; j < block.resnets(); j++) {
        layer(channels + pop(), block, last - n);
        channels = block.channels();
      }
    }
    return most;
  }

  private void layer(long in, UnetConfig.Block block, int level) {
    long resnet = values(RESNET_COPIES * (in + block.channels()), level);
    long transformer =
        block.depth() == 0 ? 0 : values((long) TRANSFORMER_WIDTHS * block.channels(), level);
    most = Math.max(most, waiting + Math.max(resnet, transformer));
  }

  private void push(long channels, int level) {
    long values = values(channels, level);
    skips.push(new long[] {channels, values});
    waiting += values;
  }

  private long pop() {
    long[] skip = skips.pop();
    waiting -= skip[1];
    return skip[0];
  }

  private long values(long channels, int level) {
    return channels * halved(height, level) * halved(width, level);
  }

  private static long halved(int side, int times) {
    return (side + (1L << times) - 1) >> times;
  }
}
