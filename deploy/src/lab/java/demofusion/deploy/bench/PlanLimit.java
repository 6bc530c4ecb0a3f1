package demofusion.deploy.bench;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.ViewBatchGroup;
import demofusion.worker.model.synthetic.SyntheticModel;
import java.util.Collections;
import java.util.PriorityQueue;

/**
 * How much faster some workers can at most be than one, on one picture. A timestep ends when its
 * last unit is done, and each unit goes to whoever is free first; a property of the plan, whoever
 * carries it out. In detail mode a farm may pass it: what the first rows of tiles of a timestep see
 * is known before the one before has ended, and workers that would wait take those. A unit of fewer
 * views than the others, or of the prompt alone, counts as so much less, and so does a window that
 * the VAE encodes before a phase begins; that it decodes the picture before is left out, which
 * takes a synthetic model no time.
 *
 * @param units of the whole picture: what one worker does one after another
 * @param rounds of units that so many workers do one after another; with equal units ⌈units/N⌉ of
 *     every timestep
 * @param encoding those of the rounds in which windows are encoded
 */
public record PlanLimit(double units, double rounds, int workers, double encoding) {
  public static PlanLimit of(RenderPlan plan, int workers) {
    double units = 0;
    double rounds = 0;
    double encoding = 0;
    int largest = largestSamples(plan);
    double window = 2 * SyntheticModel.ENCODER_SHARE / largest;
    for (Phase phase : plan.phases()) {
      int windows = ReferenceEncoding.count(plan, phase);
      units += windows * window;
      int oneAfterTheOther = (windows + workers - 1) / workers;
      encoding += oneAfterTheOther * window;
      PriorityQueue<Double> busyUntil = new PriorityQueue<>(Collections.nCopies(workers, 0.0));
      for (ViewBatchGroup group : ViewBatchGroup.of(plan, phase)) {
        double weight = (double) group.samples() / largest;
        for (int n = 0; n < group.count(); n++) {
          busyUntil.add(busyUntil.remove() + weight);
        }
        units += plan.evaluations(phase) * group.count() * weight;
      }
      rounds += plan.evaluations(phase) * Collections.max(busyUntil);
    }
    return new PlanLimit(units, rounds + encoding, workers, encoding);
  }

  /** Rows of the largest forward's input: a view with the prompt alone is one, not two. */
  private static int largestSamples(RenderPlan plan) {
    return plan.phases().stream()
        .flatMap(phase -> ViewBatchGroup.of(plan, phase).stream())
        .mapToInt(ViewBatchGroup::samples)
        .max()
        .orElse(1);
  }

  public double speedup() {
    return units / rounds;
  }
}
