package demofusion.coordinator.diffusion.frequency;

import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.protocol.latent.Latent;

/**
 * Structure guidance (ScaleDiff; modes section 2): at every timestep of a phase the clean latent
 * that the model's prediction stands for is pulled towards the low frequencies that the phase began
 * with, δ = γ·up(R − down(x̂0)).
 *
 * <p>Whatever the model predicts and in whichever space the solver keeps x, the clean latent is
 * affine in the prediction, x̂0 = a·x + b·p. To move x̂0 by δ, p moves by δ/b: (−α/s)·δ for noise,
 * −δ/s for a velocity, −δ/σ for noise in σ space.
 */
public final class StructureGuidance {
  private final LowPass lowPass;
  private final Latent reference;

  /**
   * @param reference R = down(Z_ref), of the low-pass's small extent
   */
  public StructureGuidance(LowPass lowPass, Latent reference) {
    if (!reference.extent().equals(lowPass.small())) {
      throw new IllegalArgumentException(
          "the reference of a low-pass to %s has %s"
              .formatted(lowPass.small(), reference.extent()));
    }
    this.lowPass = lowPass;
    this.reference = reference;
  }

  /** R, for a checkpoint. */
  public Latent reference() {
    return reference;
  }

  /**
   * γ = (1 − ᾱ)/(1 − ᾱ at the phase's first timestep): 1 there, and near 0 at the last.
   *
   * @param noise s = √(1 − ᾱ) of this timestep; σ/√(σ² + 1)
   * @param noiseAtStart that of the phase's first timestep
   */
  public static double strength(double noise, double noiseAtStart) {
    return noise * noise / (noiseAtStart * noiseAtStart);
  }

  /**
   * Changes a fused prediction in place.
   *
   * @param x what the model saw, as the solver keeps it; (channels, height, width), not changed
   * @param prediction p, the same shape
   * @param clean x̂0 as a·x + b·p
   * @param strength γ
   */
  public void guide(float[] x, float[] prediction, Estimate clean, double strength) {
    guide(x, prediction, clean, strength, lowPass.extent().height());
  }

  /**
   * The same of a prediction of which only the first rows are known.
   *
   * @param rows of each channel that are known
   * @return so many of them are as they would be if all were
   */
  public int guide(float[] x, float[] prediction, Estimate clean, double strength, int rows) {
    float ofSample = (float) clean.sample();
    Latent difference = lowPass.down(x, ofSample, prediction, (float) clean.prediction(), rows);
    float[] low = difference.samples();
    for (int n = 0; n < low.length; n++) {
      low[n] = reference.samples()[n] - low[n];
    }
    int guided = lowPass.rowsOf(rows);
    lowPass.addUp(difference, (float) (strength / clean.prediction()), prediction, guided);
    return guided;
  }
}
