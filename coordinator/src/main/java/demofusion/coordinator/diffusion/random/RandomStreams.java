package demofusion.coordinator.diffusion.random;

/**
 * The two streams that a render draws from (spec section 7), both begun by its seed.
 *
 * @param torch base noise, and one noise for every phase after it
 * @param python the windows' jitter
 */
public record RandomStreams(TorchGenerator torch, PythonRandom python) {
  public static RandomStreams of(long seed) {
    return new RandomStreams(new TorchGenerator(seed), new PythonRandom(seed));
  }
}
