package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.mask.MaskedSamples;
import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.coordinator.diffusion.random.RandomStreams;
import demofusion.coordinator.diffusion.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * How many views a picture of which a part is drawn anew has predicted (conditioning section 5.4):
 * those that see a masked sample, whose number changes with the jitter. Counted by going through
 * the jitter of all timesteps, so it is what the render will do.
 */
final class DrawnViews {
  private final List<OfPhase> byPhase;

  /**
   * Of one phase.
   *
   * @param sums views of the first so many evaluations
   * @param dilated views that see a masked sample
   */
  private record OfPhase(long[] sums, long dilated) {}

  private DrawnViews(List<OfPhase> byPhase) {
    this.byPhase = byPhase;
  }

  static DrawnViews of(RenderPlan plan) {
    PythonRandom random = RandomStreams.of(plan.spec().seed()).python();
    List<OfPhase> byPhase = new ArrayList<>();
    for (Phase phase : plan.phases()) {
      byPhase.add(count(plan, phase, random));
    }
    return new DrawnViews(byPhase);
  }

  private static OfPhase count(RenderPlan plan, Phase phase, PythonRandom random) {
    MaskedSamples mask = Objects.requireNonNull(plan.maskedSamples(phase));
    Views views = new Views(plan, phase);
    Predicate<View> isDrawn = views.drawn(mask);
    long dilated = views.dilated().stream().filter(isDrawn).count();
    long all = (long) plan.localViews(phase) + plan.dilatedViews(phase);
    long[] sums = new long[plan.evaluations(phase) + 1];
    int evaluation = 0;
    for (int step = 0; step < plan.timesteps(phase); step++) {
      long drawn = dilated + views.local(random).stream().filter(isDrawn).count();
      int end = plan.evaluations(phase, step + 1);
      while (evaluation < end) {
        evaluation++;
        sums[evaluation] = sums[evaluation - 1] + (evaluation == end ? drawn : all);
      }
    }
    return new OfPhase(sums, dilated);
  }

  /**
   * Views of a phase's first evaluations. Where a solver asks twice in a step, all are predicted
   * for the first time: the original is put back only after the second, which sees all of it.
   *
   * @param phaseIndex from 0
   */
  long of(int phaseIndex, int evaluations) {
    return byPhase.get(phaseIndex).sums[evaluations];
  }

  /** Local views of an evaluation, on the average and rounded up. */
  int local(int phaseIndex) {
    OfPhase phase = byPhase.get(phaseIndex);
    int evaluations = phase.sums.length - 1;
    return (int) Math.ceil((double) phase.sums[evaluations] / evaluations - phase.dilated);
  }

  /** Dilated views of an evaluation. */
  int dilated(int phaseIndex) {
    return (int) byPhase.get(phaseIndex).dilated;
  }
}
