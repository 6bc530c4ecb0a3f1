package demofusion.deploy.node;

import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.ForwardingModel;
import demofusion.worker.model.JobAssets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model whose forwards are counted, since they outlive the actors that asked for them: a worker
 * that comes back begins nothing new on the device before the last forward of its former life is
 * over. Several workers on one device share its lanes.
 */
final class ModelInUse extends ForwardingModel {
  private final int sharedBy;
  private int forwards;

  /**
   * @param sharedBy workers that this model is handed to
   */
  ModelInUse(DiffusionModel model, int sharedBy) {
    super(model);
    this.sharedBy = sharedBy;
  }

  /** Waits until no forward is going on. */
  synchronized void awaitIdle() throws InterruptedException {
    while (forwards > 0) {
      wait();
    }
  }

  @Override
  public int lanes(int threads) {
    return Math.max(1, model.lanes(threads) / sharedBy);
  }

  @Override
  public WorkResult.EncodedText encodeText(Work.EncodeText work) {
    return counted(() -> model.encodeText(work));
  }

  @Override
  public WorkResult.EncodedImage encodeImage(Work.EncodeImage work) {
    return counted(() -> model.encodeImage(work));
  }

  @Override
  public WorkResult.EncodedPicture encodePicture(Work.EncodePicture work) {
    return counted(() -> model.encodePicture(work));
  }

  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    return counted(() -> model.predictNoise(work, assets));
  }

  @Override
  public WorkResult.SurveyedLatent survey(Work.SurveyLatent work) {
    return counted(() -> model.survey(work));
  }

  @Override
  public WorkResult.DecodedPixels decode(
      Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
    return counted(() -> model.decode(work, survey));
  }

  @Override
  public WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    return counted(() -> model.upscale(work));
  }

  private <R> R counted(Supplier<R> forward) {
    synchronized (this) {
      forwards++;
    }
    try {
      return forward.get();
    } finally {
      synchronized (this) {
        forwards--;
        notifyAll();
      }
    }
  }
}
