package demofusion.worker.model.memory;

/**
 * Whether attention is computed for some of its queries at a time. Where libtorch has a kernel that
 * keeps no square of the tokens, all are computed at once, with the same bits as ever; only a GPU
 * that none was made for would have to hold that square.
 */
public final class AttentionSlices {
  /** libtorch's memory-efficient kernels are made for compute capabilities 5.0 to 12.x. */
  private static final int FIRST_CAPABILITY = 50;

  private static final int LAST_CAPABILITY = 129;

  /** At SDXL's native size a quarter, or a sixteenth, of all. */
  private static final int MOST_QUERIES = 1024;

  private AttentionSlices() {}

  /**
   * @param capability its digits together, 86; 0 where it is not told, or on a CPU, for which
   *     libtorch always has such a kernel
   * @return queries at a time; 0: all
   */
  public static int mostQueries(int capability) {
    boolean hasKernel =
        capability == 0 || (capability >= FIRST_CAPABILITY && capability <= LAST_CAPABILITY);
    return hasKernel ? 0 : MOST_QUERIES;
  }
}
