package demofusion.protocol.api.request;

import java.util.random.RandomGenerator;

/** Seeds for those who do not choose one. */
public final class Seeds {
  /** As long as what torch takes of a seed. */
  private static final long SEEDS = 1L << 32;

  private Seeds() {}

  public static long random(RandomGenerator random) {
    return random.nextLong(SEEDS);
  }
}
