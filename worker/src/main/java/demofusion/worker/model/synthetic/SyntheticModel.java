package demofusion.worker.model.synthetic;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a real model with any geometry: its predictions are a smooth deterministic
 * function of everything that a UNet sees, and it takes as long and holds as much as its settings
 * say. It draws nothing worth looking at.
 */
public final class SyntheticModel implements DiffusionModel {
  private static final String SURVEY_LAYER = "synthetic.mean";

  /** What SDXL's encoder takes for a window, of what a guided view takes. */
  public static final double ENCODER_SHARE = 0.36;

  private final SyntheticSettings settings;
  private final SyntheticNoise noise = new SyntheticNoise();
  private final SyntheticText text = new SyntheticText();
  private final SyntheticPixels pixels;

  public SyntheticModel(SyntheticSettings settings) {
    this.settings = settings;
    this.pixels = new SyntheticPixels(settings.geometry());
  }

  @Override
  public ModelCard card() {
    String hash = Integer.toHexString(settings.geometry().hashCode());
    return new ModelCard(
        "synthetic",
        "synthetic-" + hash,
        settings.geometry(),
        settings.scheduler(),
        Precision.FLOAT32,
        "cpu");
  }

  @Override
  public int lanes(int threads) {
    return Math.max(1, settings.lanes() / Math.max(1, threads));
  }

  @Override
  public WorkResult.EncodedText encodeText(Work.EncodeText work) {
    return text.encode(work.prompts(), work.withNegative());
  }

  @Override
  public WorkResult.EncodedImage encodeImage(Work.EncodeImage work) {
    throw DemofusionException.badModel(
        "the synthetic model has no image encoder: draw without --ip-adapter, or with a real model");
  }

  @Override
  public WorkResult.EncodedPicture encodePicture(Work.EncodePicture work) {
    long begun = System.nanoTime();
    WorkResult.EncodedPicture encoded = pixels.encode(work.pixels());
    double side = settings.geometry().sampleSize();
    double windows =
        encoded.mean().values().length / (settings.geometry().latentChannels() * side * side);
    spendUntil(begun + (long) (windows * ENCODER_SHARE * settings.timePerView().toNanos()));
    return encoded;
  }

  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    int views = work.views();
    requireChannels(work.tiles(), 1);
    if (views > settings.mostViews()) {
      throw new DemofusionException(
          FailureCode.OUT_OF_MEMORY,
          "the synthetic device holds " + settings.mostViews() + " views, not " + views);
    }
    long begun = System.nanoTime();
    boolean both = work.half() == GuidanceHalf.BOTH && work.guidance().isActive();
    Tensor predicted = predict(TileRows.spread(work), assets, both);
    int halves = both ? views + work.rows().count() : views;
    Duration time = settings.timePerView().multipliedBy(halves).dividedBy(2);
    spendUntil(begun + time.toNanos());
    return new WorkResult.NoisePrediction(predicted);
  }

  private Tensor predict(Work.PredictNoise work, JobAssets assets, boolean both) {
    if (work.half() == GuidanceHalf.UNCONDITIONAL) {
      return noise.unconditional(work, assets);
    }
    Tensor conditional = noise.conditional(work, assets);
    return both
        ? work.guidance().apply(conditional, noise.unconditional(work, assets))
        : conditional;
  }

  @Override
  public WorkResult.SurveyedLatent survey(Work.SurveyLatent work) {
    requireChannels(work.crops(), 1);
    float sum = 0;
    for (float sample : work.crops().values()) {
      sum += sample;
    }
    float mean = sum / Math.max(1, work.crops().values().length);
    return new WorkResult.SurveyedLatent(
        new NamedTensors(Map.of(SURVEY_LAYER, new Tensor(new int[] {1}, new float[] {mean}))));
  }

  @Override
  public WorkResult.DecodedPixels decode(
      Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
    requireChannels(work.latent(), 0);
    if (survey != null && !survey.layers().names().equals(List.of(SURVEY_LAYER))) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          "the survey is of the layers %s, not of [%s]"
              .formatted(survey.layers().names(), SURVEY_LAYER));
    }
    return new WorkResult.DecodedPixels(pixels.decode(work.latent()));
  }

  @Override
  public WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    return new WorkResult.UpscaledPixels(SyntheticPixels.upscale(work.pixels()));
  }

  @Override
  public void close() {
    // Holds nothing that outlives it.
  }

  private void requireChannels(Tensor tensor, int axis) {
    int[] shape = tensor.shape();
    int channels = settings.geometry().latentChannels();
    if (shape.length != axis + 3 || shape[axis] != channels) {
      throw DemofusionException.badRequest(
          "a latent of this model has " + channels + " channels, height and width, not " + tensor);
    }
  }

  /** What is left of the device's time, as opposed to a wait for something to happen. */
  private static void spendUntil(long until) {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new DemofusionException(
            FailureCode.DEVICE_ERROR, "the synthetic device was stopped in a forward");
      }
    }
  }
}
