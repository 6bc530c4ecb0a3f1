package demofusion.coordinator.diffusion.random;

/**
 * The standard normals that a stochastic solver adds at each step of one phase, which the reference
 * does not define. Here they are a pure function of (seed, phase, step), so that a render that is
 * resumed in the middle draws the same, and a solver that needs none at some step moves no other.
 */
@FunctionalInterface
public interface StepNoise {
  /**
   * Fills the array with this step's normals.
   *
   * @param step the timestep's index in its phase, from 0
   * @param out (channels, height, width), row-major
   */
  void fill(int step, float[] out);

  /**
   * The noise of one phase: for every step a Mersenne Twister of its own, seeded by init_by_array
   * with the two halves (low first) of SplitMix64's mix of seed, phase and step, turned into
   * normals as {@link TorchGenerator#randn} does.
   */
  static StepNoise of(long seed, int phase) {
    long mixedPhase = mix(mix(seed) + phase);
    return (step, out) -> {
      long key = mix(mixedPhase + step);
      int[] words = {(int) key, (int) (key >>> 32)};
      new TorchGenerator(MersenneTwister.seededBy(words)).randn(out);
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
