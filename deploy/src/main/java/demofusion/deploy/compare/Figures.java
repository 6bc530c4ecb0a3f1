package demofusion.deploy.compare;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.latent.LatentExtent;

/**
 * What is measured of one picture.
 *
 * @param seconds that it took, decoding included
 * @param forwards of the UNet
 * @param gradientEnergy see {@link GradientEnergy}
 * @param repetition see {@link Repetition}
 * @param seams see {@link Seams}
 * @param likeness to phase 1, see {@link Likeness}
 */
public record Figures(
    double seconds,
    long forwards,
    double gradientEnergy,
    double repetition,
    double seams,
    double likeness) {
  /**
   * @param phase1 of the same prompt and seed
   * @param plan by which windows and sizes are known
   */
  static Figures of(
      GreyPicture picture, GreyPicture phase1, RenderPlan plan, double seconds, long forwards) {
    int factor = plan.geometry().vaeScaleFactor();
    Seams seams =
        Seams.of(
            LatentExtent.of(plan.size(), factor),
            plan.geometry().sampleSize(),
            plan.stride(),
            factor);
    return new Figures(
        seconds,
        forwards,
        GradientEnergy.of(picture),
        Repetition.of(picture, plan.geometry().nativeSide()),
        seams.of(picture),
        Likeness.of(picture, phase1));
  }
}
