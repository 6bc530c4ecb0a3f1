package demofusion.coordinator.diffusion.random;

/**
 * Python's {@code random} module as far as the reference uses it: {@code random.seed(int)} and
 * {@code randint} (spec section 7). The windows' jitter comes from here. Not safe for use by
 * several threads.
 */
public final class PythonRandom {
  private final MersenneTwister twister;

  private PythonRandom(MersenneTwister twister) {
    this.twister = twister;
  }

  /** What {@code random.seed(seed)} begins; Python uses the absolute value. */
  public PythonRandom(long seed) {
    this(MersenneTwister.seededBy(words(Math.abs(seed))));
  }

  /** The magnitude's 32-bit words, low word first; {@link Long#MIN_VALUE} is its own, unsigned. */
  private static int[] words(long magnitude) {
    int low = (int) magnitude;
    int high = (int) (magnitude >>> 32);
    return high == 0 ? new int[] {low} : new int[] {low, high};
  }

  /** An integer from {@code first} to {@code last}, both included. */
  public int randint(int first, int last) {
    long count = (long) last - first + 1;
    if (count < 1 || count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "randint from " + first + " to " + last + " needs 1 to 2147483647 choices");
    }
    return first + below((int) count);
  }

  /** Python's rejection: draw as many bits as the count has until they are below it. */
  private int below(int count) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(count);
    int drawn;
    do {
      drawn = twister.next32() >>> (Integer.SIZE - bits);
    } while (drawn >= count);
    return drawn;
  }

  /** The stream's place as one line of ASCII, about 3.4 kB, for a checkpoint. */
  public String save() {
    return twister.save().encode();
  }

  /** A stream that goes on where the other was saved. */
  public static PythonRandom restore(String saved) {
    return new PythonRandom(MersenneTwister.restore(MersenneTwister.State.decode(saved)));
  }
}
