package demofusion.worker.model;

import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.nvml.Gpu;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model that is another one in everything that a subclass does not do otherwise. */
public abstract class ForwardingModel implements DiffusionModel {
  protected final DiffusionModel model;

  protected ForwardingModel(DiffusionModel model) {
    this.model = model;
  }

  @Override
  public ModelCard card() {
    return model.card();
  }

  @Override
  public int lanes(int threads) {
    return model.lanes(threads);
  }

  @Override
  public WorkResult.EncodedText encodeText(Work.EncodeText work) {
    return model.encodeText(work);
  }

  @Override
  public WorkResult.EncodedPicture encodePicture(Work.EncodePicture work) {
    return model.encodePicture(work);
  }

  @Override
  public WorkResult.EncodedImage encodeImage(Work.EncodeImage work) {
    return model.encodeImage(work);
  }

  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    return model.predictNoise(work, assets);
  }

  @Override
  public WorkResult.SurveyedLatent survey(Work.SurveyLatent work) {
    return model.survey(work);
  }

  @Override
  public WorkResult.DecodedPixels decode(
      Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
    return model.decode(work, survey);
  }

  @Override
  public WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    return model.upscale(work);
  }

  @Override
  public void letGo(Collection<AssetId> assets) {
    model.letGo(assets);
  }

  @Override
  public Optional<DeviceMemory> memory() {
    return model.memory();
  }

  @Override
  public Optional<String> memoryNote() {
    return model.memoryNote();
  }

  @Override
  public Optional<Gpu> gpu() {
    return model.gpu();
  }

  @Override
  public LoraStatistics loras() {
    return model.loras();
  }

  @Override
  public void close() {
    model.close();
  }
}
