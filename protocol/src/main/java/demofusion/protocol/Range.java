package demofusion.protocol;

/**
 * The bounds of a number, declared once: where the number is checked, and wherever they are told.
 *
 * @param what the number is, in a sentence
 * @param isLeastExcluded whether the number must be above the least, not only as large
 */
public record Range(String what, Number least, Number most, boolean isLeastExcluded) {
  /** From the least to the most, both included. */
  public Range(String what, Number least, Number most) {
    this(what, least, most, false);
  }

  /**
   * @throws DemofusionException BAD_REQUEST, naming the value and its bounds
   */
  public void require(Number value) {
    double number = value.doubleValue();
    boolean isLargeEnough =
        isLeastExcluded ? number > least.doubleValue() : number >= least.doubleValue();
    if (!isLargeEnough || !(number <= most.doubleValue())) {
      throw DemofusionException.badRequest(
          what
              + " "
              + value
              + (isLeastExcluded ? " must be above " : " must be between ")
              + least
              + (isLeastExcluded ? " and at most " : " and ")
              + most);
    }
  }
}
