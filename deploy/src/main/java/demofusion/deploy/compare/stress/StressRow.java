package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.measure.Findings;

/**
 * One picture of the report, and the file beside it that says that it is done.
 *
 * @param size of the picture
 * @param method that drew it, or what it was taken from
 * @param picture its file, in the report's folder
 * @param seconds with decoding
 * @param forwards of the UNet
 * @param guidedViews that the forwards were made of
 * @param deviceSeconds that devices worked on it
 * @param coordinatorBytes of memory that the plan needs
 * @param likeness to phase 1, less that of L
 */
record StressRow(
    String size,
    int caption,
    String kind,
    String words,
    long seed,
    String method,
    String picture,
    double seconds,
    long forwards,
    long guidedViews,
    double deviceSeconds,
    long coordinatorBytes,
    double likeness,
    Findings findings) {
  /** What a picture is of, whoever drew it. */
  String subject() {
    return words + ", seed " + seed + ", " + size;
  }
}
