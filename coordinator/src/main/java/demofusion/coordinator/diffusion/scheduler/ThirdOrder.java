package demofusion.coordinator.diffusion.scheduler;

/**
 * How the clean latents of three steps give slope and curvature over λ (Lu et al., arXiv
 * 2211.01095, appendix), for steps of lengths h, h₁ and h₂ from the last one backwards:
 *
 * <pre>
 *   a  = (D − D₁)/r₀      b  = (D₁ − D₂)/r₁      r₀ = h₁/h      r₁ = h₂/h
 *   δ₁ = a + (a − b)·r₀/(r₀ + r₁)                δ₂ = (a − b)/(r₀ + r₁)
 * </pre>
 */
final class ThirdOrder {
  private ThirdOrder() {}

  /** The weights of D, D₁ and D₂ in clean·D + slope·δ₁ + curvature·δ₂. */
  static double[] weights(double clean, double slope, double curvature, double r0, double r1) {
    double share = r0 / (r0 + r1);
    double ofA = slope * (1 + share) + curvature / (r0 + r1);
    double ofB = -slope * share - curvature / (r0 + r1);
    return new double[] {clean + ofA / r0, -ofA / r0 + ofB / r1, -ofB / r1};
  }
}
