package demofusion.coordinator.diffusion.random;

/** SplitMix64's output function (Steele, Lea and Flood 2014): spreads every bit over all others. */
final class SplitMix64 {
  private SplitMix64() {}

  /** One step of the generator from this state. */
  static long mix(long state) {
    long bits = state + 0x9e3779b97f4a7c15L;
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
