package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.measure.Findings;
import org.jspecify.annotations.Nullable;

/**
 * One picture of the report, and the file beside it that says that it is done.
 *
 * @param size of the picture
 * @param method that drew it, or what it was taken from
 * @param picture its file, in the report's folder
 * @param seconds with decoding
 * @param forwards of the UNet
 * @param guidedTiles that the forwards cost, a view without guidance being half of one
 * @param deviceSeconds that devices worked on it
 * @param coordinatorBytes of memory that the plan needs
 * @param deviceBytes of memory that it needs on each device; null: not known, as on a farm
 * @param likeness to phase 1, less that of L
 * @param likenessToPhase1 itself
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
    double guidedTiles,
    double deviceSeconds,
    long coordinatorBytes,
    @Nullable Long deviceBytes,
    double likeness,
    double likenessToPhase1,
    Findings findings) {
  /** What a picture is of, whoever drew it. */
  String subject() {
    return words + ", seed " + seed + ", " + size;
  }

  StressRow with(Findings others) {
    return new StressRow(
        size,
        caption,
        kind,
        words,
        seed,
        method,
        picture,
        seconds,
        forwards,
        guidedTiles,
        deviceSeconds,
        coordinatorBytes,
        deviceBytes,
        likeness,
        likenessToPhase1,
        others);
  }
}
