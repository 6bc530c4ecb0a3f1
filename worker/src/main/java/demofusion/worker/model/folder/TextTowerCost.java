package demofusion.worker.model.folder;

/** What one prompt costs in a text tower: little, but it is part of the whole. */
final class TextTowerCost {
  private TextTowerCost() {}

  /** Floating-point operations; a multiplication and its addition count as two. */
  static double flop(TextTowerConfig config) {
    double tokens = config.positions();
    double width = config.width();
    // four projections, two layers of the perceptron, and the two products of attention
    double weights = 4 * width * width + 2 * width * config.innerWidth();
    double layer = 2 * weights * tokens + 4 * tokens * tokens * width;
    return config.layers() * layer + 2 * width * config.projectionWidth();
  }
}
