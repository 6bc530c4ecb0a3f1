package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.view.View;
import demofusion.protocol.model.Solver;
import java.util.List;

/**
 * The two oddities of the released pipeline under diffusers 0.21.4's EulerDiscreteScheduler ({@code
 * --compat reference}; spec section 12). Its scheduler counts calls rather than timesteps, so that
 * most views are divided by the wrong sigma; and every call of its step draws noise that it throws
 * away, which moves the random stream of the phases that follow. Other solvers have neither.
 */
final class ReferenceQuirks {
  /** The reference's {@code view_batch_size}, whatever our own unit of work is. */
  private static final int GROUP = 16;

  private final boolean active;
  private final int channels;

  ReferenceQuirks(RenderPlan plan) {
    this.active =
        plan.spec().referenceOddities() && plan.scheduler().kind().solver() == Solver.EULER;
    this.channels = plan.geometry().latentChannels();
  }

  /**
   * What the model's input is multiplied with.
   *
   * @param view the view's number among the timestep's local or dilated views
   */
  float inputScale(Scheduler scheduler, Phase phase, int step, boolean local, int view) {
    if (!active || phase.start() == Phase.Start.NOISE) {
      return scheduler.inputScale(step);
    }
    boolean firstGroup = local && view < GROUP;
    if (!firstGroup) {
      return scale(step + 1 < scheduler.steps() ? scheduler.sigma(step + 1) : 0);
    }
    if (step == 0) {
      boolean afterPicture = phase.number() == 1; // only a picture is enlarged in phase 1
      return afterPicture ? scale(scheduler.sigma(0)) : 1;
    }
    return scheduler.inputScale(step);
  }

  /** Draws, and throws away, what the reference's step draws at a timestep. */
  void discardDraws(TorchGenerator torch, List<View> local, List<View> dilated) {
    if (!active) {
      return;
    }
    drawGroups(torch, local.size(), channels * local.get(0).extent().area());
    if (!dilated.isEmpty()) {
      drawGroups(torch, dilated.size(), channels * dilated.get(0).extent().area());
    }
  }

  private static void drawGroups(TorchGenerator torch, int views, int samplesPerView) {
    for (int from = 0; from < views; from += GROUP) {
      torch.randn(new float[Math.min(GROUP, views - from) * samplesPerView]);
    }
  }

  private static float scale(double sigma) {
    return (float) (1 / Math.sqrt(sigma * sigma + 1));
  }
}
