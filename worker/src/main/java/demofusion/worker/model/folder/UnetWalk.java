package demofusion.worker.model.folder;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The way of a sample through UNet2DConditionModel, from its first convolution to its last: down
 * level by level, through the middle, and up again, where each resnet joins what its counterpart on
 * the way down left. Spelled here once; what somebody wants to know of the layers is a {@link
 * Visitor}.
 */
final class UnetWalk {
  /** Hears of each layer in its turn. A level's sides are halved as often as its number says. */
  interface Visitor {
    void resnet(String layer, int in, int out, int level);

    void transformer(String layer, UnetConfig.Block shape, int depth, int level);

    /**
     * @param level of what comes out of it
     */
    default void resampler(String layer, int channels, int level) {}

    /** A sample's state is kept for the way up. */
    default void skipKept(int channels, int level) {}

    /** It is joined to the next resnet's input. */
    default void skipTaken(int channels, int level) {}
  }

  private record Skip(int channels, int level) {}

  private final UnetConfig config;
  private final Visitor visitor;
  private final Deque<Skip> skips = new ArrayDeque<>();
  private int width;

  private UnetWalk(UnetConfig config, Visitor visitor) {
    this.config = config;
    this.visitor = visitor;
    this.width = config.outerChannels();
  }

  static void through(UnetConfig config, Visitor visitor) {
    UnetWalk walk = new UnetWalk(config, visitor);
    walk.down();
    walk.middle();
    walk.up();
  }

  private int last() {
    return config.down().size() - 1;
  }

  private void down() {
    keep(0);
    for (int n = 0; n <= last(); n++) {
      String block = "down_blocks." + n;
      UnetConfig.Block shape = config.down().get(n);
      for (int j = 0; j < shape.depths().size(); j++) {
        layer(block, j, width, shape, n);
        keep(n);
      }
      if (n < last()) {
        visitor.resampler(block + ".downsamplers.0.conv", width, n + 1);
        keep(n + 1);
      }
    }
  }

  private void middle() {
    for (int j = 0; j < config.middle().depths().size(); j++) {
      layer("mid_block", j, width, config.middle(), last());
    }
  }

  private void up() {
    for (int n = 0; n <= last(); n++) {
      String block = "up_blocks." + n;
      UnetConfig.Block shape = config.up().get(n);
      int level = last() - n;
      for (int j = 0; j < shape.depths().size(); j++) {
        Skip skip = skips.pop();
        visitor.skipTaken(skip.channels(), skip.level());
        layer(block, j, width + skip.channels(), shape, level);
      }
      if (n < last()) {
        visitor.resampler(block + ".upsamplers.0.conv", width, level - 1);
      }
    }
  }

  private void layer(String block, int number, int in, UnetConfig.Block shape, int level) {
    visitor.resnet(block + ".resnets." + number, in, shape.channels(), level);
    int depth = shape.depths().get(number);
    if (depth > 0) {
      visitor.transformer(block + ".attentions." + number, shape, depth, level);
    }
    width = shape.channels();
  }

  private void keep(int level) {
    skips.push(new Skip(width, level));
    visitor.skipKept(width, level);
  }
}
