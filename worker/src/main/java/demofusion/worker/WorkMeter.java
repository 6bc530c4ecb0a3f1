package demofusion.worker;

import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.nvml.Gpu;
import java.util.OptionalDouble;

/** Has a model do work, and measures what that takes: time, and energy where the card tells. */
final class WorkMeter {
  /**
   * What came of it.
   *
   * @param waitedNanos from its arrival until it began
   * @param nanos that it took
   * @param joules that the whole card took meanwhile; NaN where it does not tell
   */
  record Measured(WorkResult result, long waitedNanos, long nanos, double joules) {}

  private final DiffusionModel model;
  private final ModelExecutor bench;

  WorkMeter(DiffusionModel model, ModelExecutor bench) {
    this.model = model;
    this.bench = bench;
  }

  /**
   * @param arrived when it came, as {@link System#nanoTime}
   */
  Measured perform(Work work, JobAssets assets, long arrived) {
    model.ready(); // is no work, where it takes time
    double before = joules();
    long begun = System.nanoTime();
    WorkResult result = bench.perform(work, assets);
    long nanos = System.nanoTime() - begun;
    double joules = joules() - before; // NaN where one of them is
    return new Measured(result, begun - arrived, nanos, joules >= 0 ? joules : Double.NaN);
  }

  /** Since the driver was loaded; of a part of a card nobody can tell. */
  private double joules() {
    return model
        .gpu()
        .filter(gpu -> gpu.identity().mig().isEmpty())
        .map(Gpu::joules)
        .orElse(OptionalDouble.empty())
        .orElse(Double.NaN);
  }
}
