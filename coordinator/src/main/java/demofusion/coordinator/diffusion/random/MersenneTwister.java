package demofusion.coordinator.diffusion.random;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * MT19937 (Matsumoto and Nishimura 1998) with both of its classic seedings: the 32-bit core under
 * torch's and Python's random numbers. Not safe for use by several threads.
 */
final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] words; // (624)
  private int position;

  private MersenneTwister(int[] words, int position) {
    this.words = words;
    this.position = position;
  }

  /** The reference's init_genrand: torch's seeding. */
  static MersenneTwister seededBy(int seed) {
    int[] words = new int[N];
    words[0] = seed;
    for (int n = 1; n < N; n++) {
      int last = words[n - 1];
      words[n] = 1812433253 * (last ^ (last >>> 30)) + n;
    }
    return new MersenneTwister(words, N);
  }

  /** The reference's init_by_array: Python's seeding. */
  static MersenneTwister seededBy(int[] key) {
    int[] words = seededBy(19650218).words;
    int n = 1;
    int k = 0;
    for (int round = Math.max(N, key.length); round > 0; round--) {
      int last = words[n - 1];
      words[n] = (words[n] ^ ((last ^ (last >>> 30)) * 1664525)) + key[k] + k;
      k = (k + 1) % key.length;
      n = next(words, n);
    }
    for (int round = N - 1; round > 0; round--) {
      int last = words[n - 1];
      words[n] = (words[n] ^ ((last ^ (last >>> 30)) * 1566083941)) - n;
      n = next(words, n);
    }
    words[0] = 0x80000000;
    return new MersenneTwister(words, N);
  }

  /** The index after n in 1..623; word 0 repeats the last one when the round closes. */
  private static int next(int[] words, int n) {
    if (n + 1 < N) {
      return n + 1;
    }
    words[0] = words[N - 1];
    return 1;
  }

  /** The next 32 bits. */
  int next32() {
    if (position == N) {
      twist();
    }
    int bits = words[position++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }

  /** The next 64 bits, the high half drawn first. */
  long next64() {
    long high = next32();
    return high << 32 | Integer.toUnsignedLong(next32());
  }

  private void twist() {
    for (int n = 0; n < N - M; n++) {
      words[n] = words[n + M] ^ mix(words[n], words[n + 1]);
    }
    for (int n = N - M; n < N - 1; n++) {
      words[n] = words[n + M - N] ^ mix(words[n], words[n + 1]);
    }
    words[N - 1] = words[M - 1] ^ mix(words[N - 1], words[0]);
    position = 0;
  }

  private static int mix(int high, int low) {
    int bits = (high & 0x80000000) | (low & 0x7fffffff);
    return (bits >>> 1) ^ (-(low & 1) & 0x9908b0df);
  }

  /** The stream's place, for a checkpoint. */
  State save() {
    return new State(words.clone(), position);
  }

  static MersenneTwister restore(State state) {
    return new MersenneTwister(state.words.clone(), state.position);
  }

  /** 624 words and the number of them that are used up. */
  record State(int[] words, int position) {
    private static final int BYTES = (N + 1) * Integer.BYTES;

    State {
      if (words.length != N || position < 0 || position > N) {
        throw new IllegalArgumentException(
            "a Mersenne Twister is at 0 to 624 of 624 words, not at %s of %s"
                .formatted(position, words.length));
      }
    }

    String encode() {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES).putInt(position);
      bytes.asIntBuffer().put(words);
      return Base64.getEncoder().encodeToString(bytes.array());
    }

    static State decode(String text) {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length != BYTES) {
        throw new IllegalArgumentException(
            "a Mersenne Twister's state is " + BYTES + " bytes, not " + bytes.length);
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int position = buffer.getInt();
      int[] words = new int[N];
      buffer.asIntBuffer().get(words);
      return new State(words, position);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof State that
          && position == that.position
          && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(words) + position;
    }
  }
}
