package demofusion.deploy.selftest;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.ForwardingModel;
import demofusion.worker.model.JobAssets;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A model on a device of pretended name, memory and faults. */
public final class PretendedModel extends ForwardingModel {
  private String device = "cpu";
  private @Nullable Precision precision;
  private Supplier<Optional<DeviceMemory>> memory = Optional::empty;
  private BiFunction<Work.PredictNoise, Tensor, Tensor> noise = (work, tensor) -> tensor;
  private UnaryOperator<Tensor> pixels = UnaryOperator.identity();

  public PretendedModel(DiffusionModel model) {
    super(model);
  }

  public PretendedModel on(String name, Supplier<Optional<DeviceMemory>> ofDevice) {
    device = name;
    memory = ofDevice;
    return this;
  }

  /** Said to compute in this precision. */
  public PretendedModel in(Precision pretended) {
    precision = pretended;
    return this;
  }

  /** What becomes of the UNet's answers. */
  public PretendedModel spoilingNoise(BiFunction<Work.PredictNoise, Tensor, Tensor> fault) {
    noise = fault;
    return this;
  }

  /** What becomes of the decoder's answers. */
  public PretendedModel spoilingPixels(UnaryOperator<Tensor> fault) {
    pixels = fault;
    return this;
  }

  /** One bit of one value is the other. */
  public static Tensor flipped(Tensor tensor, int bit) {
    float[] values = tensor.values().clone();
    int at = values.length / 3;
    values[at] = Float.intBitsToFloat(Float.floatToRawIntBits(values[at]) ^ 1 << bit);
    return new Tensor(tensor.shape(), values);
  }

  @Override
  public ModelCard card() {
    ModelCard card = model.card();
    return new ModelCard(
        card.name(),
        card.hash(),
        card.geometry(),
        card.scheduler(),
        precision == null ? card.precision() : precision,
        device);
  }

  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    return new WorkResult.NoisePrediction(
        noise.apply(work, model.predictNoise(work, assets).noise()));
  }

  @Override
  public WorkResult.DecodedPixels decode(
      Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
    return new WorkResult.DecodedPixels(pixels.apply(model.decode(work, survey).pixels()));
  }

  @Override
  public Optional<DeviceMemory> memory() {
    return memory.get();
  }
}
