package demofusion.coordinator.diffusion.random;

/**
 * The standard normals that a stochastic solver adds at each step of one phase, which the reference
 * does not define. Here they are a pure function of (seed, phase, step), so that a render that is
 * resumed in the middle draws the same, and a solver that needs none at some step moves no other.
 */
@FunctionalInterface
public interface StepNoise {
  /**
   * Fills the array with normals of this step.
   *
   * @param step the timestep's index in its phase, from 0
   * @param draw which of the step's, from 0; they follow one another in the step's stream
   * @param out (channels, height, width), row-major
   */
  void fill(int step, int draw, float[] out);

  /**
   * The noise of one phase: for every step a Mersenne Twister of its own, seeded by init_by_array
   * with the two halves (low first) of SplitMix64's mix of seed, phase and step, turned into
   * normals as {@link TorchGenerator#randn} does.
   */
  static StepNoise of(long seed, int phase) {
    long mixedPhase = mix(mix(seed) + phase);
    return (step, draw, out) -> {
      long key = mix(mixedPhase + step);
      int[] words = {(int) key, (int) (key >>> 32)};
      TorchGenerator stream = new TorchGenerator(MersenneTwister.seededBy(words));
      for (int n = 0; n <= draw; n++) {
        stream.randn(out);
      }
    };
  }

  /**
   * SplitMix64's output function (Steele, Lea and Flood 2014): spreads every bit over all others.
   */
  private static long mix(long state) {
    long bits = state + 0x9e3779b97f4a7c15L;
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
