package demofusion.coordinator.diffusion.rule;

/**
 * What refusals name as the least share. It is said in thousandths and rounded up, so that whoever
 * takes it is not refused again: 49 times 1 / 49 is less than one in a computer's numbers.
 */
final class LeastShare {
  private static final double THOUSAND = 1000;

  private LeastShare() {}

  /** The share of so many that holds at least one. */
  static double ofOne(int many) {
    return Math.ceil(THOUSAND / many) / THOUSAND;
  }
}
