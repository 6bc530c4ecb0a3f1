package demofusion.worker;

import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.energy.CardMeter;
import demofusion.worker.energy.CardMeters;
import demofusion.worker.energy.Energy;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;

/** Has a model do work, and measures what that takes: time, and energy where the card tells. */
final class WorkMeter {
  /**
   * What came of it.
   *
   * @param waitedNanos from its arrival until it began
   * @param nanos that it took
   * @param energy that the whole card took meanwhile, or its share with others of this process
   */
  record Measured(WorkResult result, long waitedNanos, long nanos, Energy energy) {}

  private final DiffusionModel model;
  private final ModelExecutor bench;
  private final CardMeters cards;

  WorkMeter(DiffusionModel model, ModelExecutor bench, CardMeters cards) {
    this.model = model;
    this.bench = bench;
    this.cards = cards;
  }

  /**
   * @param arrived when it came, as {@link System#nanoTime}
   */
  Measured perform(Work work, JobAssets assets, long arrived) {
    model.ready(); // is no work, where it takes time
    CardMeter.Batch batch = cards.begin(model.gpu());
    Energy energy;
    long begun = System.nanoTime();
    long nanos;
    WorkResult result;
    try {
      result = bench.perform(work, assets);
    } finally {
      nanos = System.nanoTime() - begun;
      energy = batch.end();
    }
    return new Measured(result, begun - arrived, nanos, energy);
  }
}
