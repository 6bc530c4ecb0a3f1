package demofusion.worker.model.synthetic;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.worker.model.JobAssets;
import java.util.function.Function;

/**
 * What the synthetic model predicts: a little of the tile itself, of each sample's neighbours, and
 * of a bias made of timestep, words and micro-conditioning. Smooth in all of them, each view by
 * itself, and with the arithmetic of StrictMath and float only, so the same bits everywhere.
 */
final class SyntheticNoise {
  private static final float OWN = 0.6f;
  private static final float NEIGHBOURS = 0.1f;
  private static final float BIAS = 0.2f;

  /** The names under which {@link SyntheticText} puts what it makes of a prompt. */
  static final String TEXT = "text";

  static final String POOLED = "pooled";

  Tensor conditional(Work.PredictNoise work, JobAssets assets) {
    return predict(work, assets, Asset.Conditioning::positive);
  }

  Tensor unconditional(Work.PredictNoise work, JobAssets assets) {
    return predict(work, assets, SyntheticNoise::negative);
  }

  private static NamedTensors negative(Asset.Conditioning conditioning) {
    NamedTensors negative = conditioning.negative();
    if (negative == null) {
      throw DemofusionException.badRequest(
          "the unconditional half needs embeddings of a negative prompt, and there are none");
    }
    return negative;
  }

  /**
   * @param half of each view's conditioning
   * @return (views, channels, height, width)
   */
  private static Tensor predict(
      Work.PredictNoise work, JobAssets assets, Function<Asset.Conditioning, NamedTensors> half) {
    double[] words = // one number for the whole meaning of a prompt
        work.conditioning().stream()
            .map(id -> half.apply(assets.get(Asset.Conditioning.class, id)))
            .mapToDouble(prompt -> mean(prompt.get(TEXT)) + mean(prompt.get(POOLED)))
            .toArray();
    int[] shape = work.tiles().shape();
    float[] tiles = work.tiles().values();
    float[] noise = new float[tiles.length];
    int plane = shape[2] * shape[3];
    for (int n = 0; n < shape[0] * shape[1]; n++) {
      MicroConditioning conditioning = work.microConditioning().get(n / shape[1]);
      float bias = bias(conditioning, n % shape[1], work.timestep(), words[n / shape[1]]);
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
