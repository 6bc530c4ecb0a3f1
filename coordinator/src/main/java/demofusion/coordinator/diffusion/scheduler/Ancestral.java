package demofusion.coordinator.diffusion.scheduler;

/**
 * A step from one noise level to a lower one by way of a still lower one and fresh noise (Song et
 * al., arXiv 2011.13456, appendix F, in k-diffusion's form with η = 1).
 *
 * @param down the level that the solver steps to
 * @param up deviation of the fresh noise that leads up again: down² + up² = σ'²
 */
record Ancestral(double down, double up) {
  static Ancestral between(double from, double to) {
    double up = Math.min(to, to * Math.sqrt(Math.max(0, from * from - to * to)) / from);
    return new Ancestral(Math.sqrt(to * to - up * up), up);
  }
}
