package demofusion.deploy.selftest.check;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Asks one model for one of everything that a worker does. The same question is asked with the same
 * numbers whatever the device, the precision and the process.
 */
public final class Probe {
  private static final AssetId TEXT = new AssetId("text");
  private static final Guidance GUIDANCE = new Guidance(7.5f, 0);
  private static final float TIMESTEP = 501;

  /** Few enough that a CPU does a handful in a second, and uneven. */
  private static final int MOST_SIDE_IN_SHORT = 24;

  private final DiffusionModel model;
  private final int threads;
  private final boolean isShort;
  private final JobAssets assets;

  /**
   * @param isShort whether small latents will do
   */
  public Probe(DiffusionModel model, int threads, boolean isShort) {
    this.model = model;
    this.threads = threads;
    this.isShort = isShort;
    this.assets = JobAssets.of(text().toConditioning(TEXT));
  }

  /** Side of a tile of the UNet, in latent samples. */
  int side() {
    int side = geometry().sampleSize();
    return isShort ? Math.min(side, MOST_SIDE_IN_SHORT) : side;
  }

  private int narrow() {
    return side() > 8 ? side() - 8 : side();
  }

  private WorkResult.EncodedText text() {
    Prompts prompts = new Prompts("a lighthouse on a cliff at sunset", null, "blurry, ugly", null);
    return model.encodeText(new Work.EncodeText(prompts, true));
  }

  /** One of everything, by names whose first word is the network. */
  Map<String, Supplier<Tensor>> questions() {
    Map<String, Supplier<Tensor>> questions = new LinkedHashMap<>();
    text()
        .positive()
        .names()
        .forEach(name -> questions.put("text " + name, () -> text().positive().get(name)));
    questions.put("unet 1 tile", () -> noise(tiles(1, side(), side()), GuidanceHalf.BOTH));
    questions.put("unet 3 tiles", () -> noise(tiles(3, side(), narrow()), GuidanceHalf.BOTH));
    questions.put("unet half", () -> noise(tiles(2, side(), side()), GuidanceHalf.UNCONDITIONAL));
    questions.put("decode", () -> decode(latent(side(), side())));
    questions.put("encode", () -> encode(side()));
    return questions;
  }

  /** All answers. */
  Map<String, Tensor> answers() {
    Map<String, Tensor> answers = new LinkedHashMap<>();
    questions().forEach((name, question) -> answers.put(name, question.get()));
    return answers;
  }

  /** Guided or half predictions for a batch of tiles. */
  Tensor noise(Tensor tiles, GuidanceHalf half) {
    return noise(tiles, half, 0);
  }

  /**
   * @param first the number of the first view, which says where it lies in the picture
   */
  private Tensor noise(Tensor tiles, GuidanceHalf half, int first) {
    int views = tiles.shape()[0];
    int whole = geometry().nativeSide();
    List<MicroConditioning> sizes = new ArrayList<>();
    for (int view = first; view < first + views; view++) {
      sizes.add(new MicroConditioning(whole, whole, 8 * view, 16 * view, whole, whole));
    }
    List<AssetId> texts = Collections.nCopies(views, TEXT);
    return model
        .predictNoise(
            new Work.PredictNoise(tiles, TIMESTEP, sizes, texts, GUIDANCE, half, threads), assets)
        .noise();
  }

  /** The guided prediction for one view of a batch, in a forward of its own. */
  Tensor alone(Tensor batch, int view) {
    return noise(row(batch, view), GuidanceHalf.BOTH, view);
  }

  Tensor decode(Tensor latent) {
    return model.decode(new Work.DecodeLatent(latent, AssetId.NONE, threads), null).pixels();
  }

  private Tensor encode(int side) {
    int pixels = side * geometry().vaeScaleFactor();
    Tensor picture = gaussian(3, 3, pixels, pixels);
    for (int n = 0; n < picture.values().length; n++) {
      picture.values()[n] = Math.max(-1, Math.min(1, picture.values()[n] / 2));
    }
    return model.encodePicture(new Work.EncodePicture(picture, threads)).mean();
  }

  /** (views, channels, height, width); the first views are the same however many there are. */
  Tensor tiles(int views, int height, int width) {
    return gaussian(1, views, geometry().tileChannels(), height, width);
  }

  /** (channels, height, width). */
  Tensor latent(int height, int width) {
    return gaussian(2, geometry().latentChannels(), height, width);
  }

  Guidance guidance() {
    return GUIDANCE;
  }

  int threads() {
    return threads;
  }

  private ModelGeometry geometry() {
    return model.card().geometry();
  }

  /** One view of a batch, still as a batch. */
  static Tensor row(Tensor batch, int row) {
    int[] shape = batch.shape().clone();
    int size = batch.values().length / shape[0];
    shape[0] = 1;
    return new Tensor(shape, Arrays.copyOfRange(batch.values(), row * size, (row + 1) * size));
  }

  private static Tensor gaussian(long seed, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(seed);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }

  /** The network of a question's name. */
  static String network(String question) {
    return question.substring(
        0, question.indexOf(' ') < 0 ? question.length() : question.indexOf(' '));
  }
}
