package demofusion.worker;

import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.ForwardingModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/**
 * A synthetic model whose forwards wait for the test's word, and whose results the test may spoil.
 */
final class ScriptedModel extends ForwardingModel {
  static final ModelGeometry GEOMETRY = new ModelGeometry(4, 4, 8);

  /** The timesteps of the forwards that have begun, in that order. */
  final BlockingQueue<Float> begun = new LinkedBlockingQueue<>();

  /** What the model was told to let go of. */
  final BlockingQueue<String> letGo = new LinkedBlockingQueue<>();

  private final Semaphore mayEnd = new Semaphore(0);
  private UnaryOperator<WorkResult.NoisePrediction> spoil = result -> result;

  ScriptedModel(SyntheticSettings settings) {
    super(new SyntheticModel(settings));
  }

  static ScriptedModel oneLane() {
    return new ScriptedModel(SyntheticSettings.of(GEOMETRY));
  }

  /** Lets so many forwards come to their end. */
  ScriptedModel letEnd(int forwards) {
    mayEnd.release(forwards);
    return this;
  }

  ScriptedModel spoiling(UnaryOperator<WorkResult.NoisePrediction> change) {
    spoil = change;
    return this;
  }

  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    begun.add(work.timestep());
    mayEnd.acquireUninterruptibly();
    return spoil.apply(model.predictNoise(work, assets));
  }

  @Override
  public void letGo(Collection<AssetId> assets) {
    assets.forEach(asset -> letGo.add(asset.value()));
  }
}
