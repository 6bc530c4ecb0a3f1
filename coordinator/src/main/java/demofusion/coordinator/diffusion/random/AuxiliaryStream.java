package demofusion.coordinator.diffusion.random;

/**
 * A random stream beside the reference's two (modes section 0): a pure function of seed, phase,
 * step and purpose, so that no switch moves a number that another draws, and a resumed render has
 * nothing to remember. Not safe for use by several threads.
 */
public final class AuxiliaryStream {
  /** What a stream is drawn for. */
  public enum Purpose {
    /** Normals that a stochastic solver adds ({@link StepNoise}). */
    SOLVER(0),
    /** Permutations of dilated views (modes section 3). */
    INTERACTION(1),
    /** Noise where a picture has edges (modes section 5). */
    REGIONS(2),
    /** Noise that is mixed into a prediction (modes section 6). */
    INJECTION(3);

    private final long number;

    Purpose(int number) {
      this.number = number;
    }
  }

  private final MersenneTwister twister;

  private AuxiliaryStream(MersenneTwister twister) {
    this.twister = twister;
  }

  /**
   * A Mersenne Twister seeded by init_by_array with the two halves, low first, of SplitMix64's mix
   * of all four.
   *
   * @param phase its number along the ladder, from 1
   * @param step the timestep's index in the whole schedule, from 0
   */
  public static AuxiliaryStream of(long seed, int phase, int step, Purpose purpose) {
    long key = mix(mix(mix(seed) + phase) + step + (purpose.number << 32));
    int[] words = {(int) key, (int) (key >>> 32)};
    return new AuxiliaryStream(MersenneTwister.seededBy(words));
  }

  /** The same stream, for normals as torch makes them. */
  public TorchGenerator normals() {
    return new TorchGenerator(twister);
  }

  /**
   * Draws one permutation of 0 to {@code count} − 1 as {@code torch.randperm} does.
   *
   * @param count at most 127
   */
  public void permutation(byte[] into, int count) {
    for (int n = 0; n < count; n++) {
      into[n] = (byte) n;
    }
    for (int n = 0; n < count - 1; n++) {
      int other = n + Integer.remainderUnsigned(twister.next32(), count - n);
      byte moved = into[other];
      into[other] = into[n];
      into[n] = moved;
    }
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
