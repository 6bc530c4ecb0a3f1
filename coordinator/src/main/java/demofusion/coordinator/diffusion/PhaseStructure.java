package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.frequency.LowPass;
import demofusion.coordinator.diffusion.frequency.StructureGuidance;
import demofusion.coordinator.diffusion.mask.KeptLatent;
import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import org.jspecify.annotations.Nullable;

/**
 * What a phase of detail mode keeps of its reference: at every evaluation the fused prediction is
 * changed so that the picture's low frequencies stay where they were (modes section 2). Other
 * phases have {@link #none}.
 */
final class PhaseStructure {
  private final @Nullable StructureGuidance guidance;

  private PhaseStructure(@Nullable StructureGuidance guidance) {
    this.guidance = guidance;
  }

  static PhaseStructure none() {
    return new PhaseStructure(null);
  }

  /**
   * Of a phase that begins.
   *
   * @param reference Z_ref
   */
  static PhaseStructure of(RenderPlan plan, Phase phase, Latent reference) {
    LowPass lowPass = lowPass(plan, phase);
    return plan.spec().methodSettings().detail().structureGuidance()
        ? new PhaseStructure(new StructureGuidance(lowPass, lowPass.down(reference.samples())))
        : none();
  }

  /**
   * Of a phase that is resumed.
   *
   * @param low R, as a checkpoint has it
   */
  static PhaseStructure restored(RenderPlan plan, Phase phase, Latent low) {
    return new PhaseStructure(new StructureGuidance(lowPass(plan, phase), low));
  }

  /** The low-pass of a phase of detail mode. */
  static LowPass lowPass(RenderPlan plan, Phase phase) {
    LatentExtent extent = phase.extent();
    double share = plan.spec().methodSettings().detail().cutoffOrStandard();
    LatentExtent small =
        new LatentExtent(
            LowPass.smallSide(extent.height(), share), LowPass.smallSide(extent.width(), share));
    return new LowPass(plan.geometry().latentChannels(), extent, small);
  }

  /** R, for a checkpoint. */
  @Nullable Latent low() {
    return guidance == null ? null : guidance.reference();
  }

  /**
   * Changes the prediction of one evaluation, or its first rows.
   *
   * @param first the step that the phase began with
   * @param x what was shown to the model, as the solver keeps it
   * @param prediction fused over all views; changed in place
   * @param kept what inpainting keeps; null: everything is drawn
   * @param rows of the prediction that are known
   * @return so many of them are as they will be when all are known
   */
  int guide(
      RenderPlan plan,
      Scheduler scheduler,
      int first,
      int step,
      boolean isSecond,
      float[] x,
      float[] prediction,
      @Nullable KeptLatent kept,
      int rows) {
    if (guidance == null) {
      return rows;
    }
    Estimate clean = Schedulers.clean(plan.scheduler(), scheduler, step, isSecond);
    if (kept != null) {
      kept.holdClean(x, prediction, clean);
    }
    double sigma = isSecond ? scheduler.secondSigma(step) : scheduler.sigma(step);
    return guidance.guide(
        x,
        prediction,
        clean,
        StructureGuidance.strength(noise(sigma), noise(scheduler.sigma(first))),
        rows);
  }

  /** s = √(1 − ᾱ). */
  private static double noise(double sigma) {
    return sigma / Math.sqrt(sigma * sigma + 1);
  }
}
