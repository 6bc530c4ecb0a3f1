package demofusion.worker.model.synthetic;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;

/**
 * What the synthetic model predicts: a little of the tile itself, of each sample's neighbours, and
 * of a bias made of timestep, words and micro-conditioning. Smooth in all of them, each view by
 * itself, and with the arithmetic of StrictMath and float only, so the same bits everywhere.
 */
final class SyntheticNoise {
  private static final float OWN = 0.6f;
  private static final float NEIGHBOURS = 0.1f;
  private static final float BIAS = 0.2f;

  Tensor conditional(Work.PredictNoise work, Asset.TextEmbeddings embeddings) {
    return predict(work, mean(embeddings.text()) + mean(embeddings.pooled()));
  }

  Tensor unconditional(Work.PredictNoise work, Asset.TextEmbeddings embeddings) {
    Tensor text = embeddings.negativeText();
    Tensor pooled = embeddings.negativePooled();
    if (text == null || pooled == null) {
      throw DemofusionException.badRequest(
          "the unconditional half needs embeddings of a negative prompt, and there are none");
    }
    return predict(work, mean(text) + mean(pooled));
  }

  /**
   * @param words one number for the whole meaning of a prompt
   * @return (views, channels, height, width)
   */
  private static Tensor predict(Work.PredictNoise work, double words) {
    int[] shape = work.tiles().shape();
    float[] tiles = work.tiles().values();
    float[] noise = new float[tiles.length];
    int plane = shape[2] * shape[3];
    for (int n = 0; n < shape[0] * shape[1]; n++) {
      MicroConditioning conditioning = work.microConditioning().get(n / shape[1]);
      float bias = bias(conditioning, n % shape[1], work.timestep(), words);
      predictPlane(tiles, noise, n * plane, shape[2], shape[3], bias);
    }
    return new Tensor(shape, noise);
  }

  private static float bias(
      MicroConditioning conditioning, int channel, float timestep, double words) {
    double angle = 3 * words + channel + timestep / 1000.0;
    for (float pixels : conditioning.toTimeIds()) {
      angle = 0.5 * angle + pixels / 1024.0;
    }
    return (float) (BIAS * StrictMath.sin(angle));
  }

  private static void predictPlane(
      float[] tiles, float[] noise, int start, int height, int width, float bias) {
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int at = start + row * width + column;
        float above = row > 0 ? tiles[at - width] : tiles[at];
        float before = column > 0 ? tiles[at - 1] : tiles[at];
        noise[at] = OWN * tiles[at] + NEIGHBOURS * (above + before) + bias;
      }
    }
  }

  private static double mean(Tensor tensor) {
    double sum = 0;
    for (float value : tensor.values()) {
      sum += value;
    }
    return sum / tensor.values().length;
  }
}
