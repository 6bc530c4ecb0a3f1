package demofusion.coordinator.job;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.PixelExtent;

/**
 * How much the farm takes on.
 *
 * @param unfinished jobs of all owners together
 * @param unfinishedOfOne jobs of one owner
 * @param pixels of a picture
 * @param sourcePixels of a picture to start from, which is held in memory once
 */
public record Limits(int unfinished, int unfinishedOfOne, long pixels, long sourcePixels) {
  /** A picture has a phase for each native side of its longer one, and each is planned. */
  private static final int LONGEST_SIDE = 1 << 18;

  public static final Limits DEFAULT = new Limits(1000, 1000, 1L << 30, 40_000_000);

  public Limits {
    if (unfinished < 1 || unfinishedOfOne < 1 || pixels < 1 || sourcePixels < 1) {
      throw DemofusionException.badRequest(
          "limits of "
              + unfinished
              + " jobs, "
              + unfinishedOfOne
              + " of one owner, "
              + pixels
              + " pixels and "
              + sourcePixels
              + " of a picture to start from must all be at least 1");
    }
  }

  /**
   * Refuses one more job.
   *
   * @throws DemofusionException TOO_MUCH
   */
  void requireRoom(int unfinishedNow, String owner, int unfinishedOfOwner) {
    if (unfinishedNow >= unfinished) {
      throw new DemofusionException(
          FailureCode.TOO_MUCH,
          "there are "
              + unfinishedNow
              + " unfinished jobs and the farm takes "
              + unfinished
              + "; try again when some are done");
    }
    if (unfinishedOfOwner >= unfinishedOfOne) {
      throw new DemofusionException(
          FailureCode.TOO_MUCH,
          owner
              + " has "
              + unfinishedOfOwner
              + " unfinished jobs and may have "
              + unfinishedOfOne
              + "; wait for one to end, or cancel one");
    }
  }

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  void requireSize(PixelExtent size) {
    if (Math.max(size.width(), size.height()) > LONGEST_SIDE) {
      throw DemofusionException.badRequest(
          "size "
              + size
              + " has a side of more than "
              + LONGEST_SIDE
              + " pixels; ask for a shorter picture");
    }
    if (size.area() > pixels) {
      throw DemofusionException.badRequest(
          "size "
              + size
              + " has "
              + size.area()
              + " pixels and this farm draws at most "
              + pixels
              + "; ask for a smaller picture");
    }
  }
}
