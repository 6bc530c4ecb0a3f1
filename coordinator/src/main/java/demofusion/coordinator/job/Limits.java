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
 * @param sourcePixels of each picture that comes with a request, which is held in memory once
 * @param requestPixels of all pictures of a request together
 */
public record Limits(
    int unfinished, int unfinishedOfOne, long pixels, long sourcePixels, long requestPixels) {
  /** So many pictures of a request may have as many pixels as one may have. */
  private static final int LARGE_PICTURES = 4;

  /** A picture has a phase for each native side of its longer one, and each is planned. */
  private static final int LONGEST_SIDE = 1 << 18;

  public static final Limits DEFAULT = new Limits(1000, 1000, 1L << 30, 40_000_000);

  /** As many pixels of all pictures as four of the largest have. */
  public Limits(int unfinished, int unfinishedOfOne, long pixels, long sourcePixels) {
    this(unfinished, unfinishedOfOne, pixels, sourcePixels, LARGE_PICTURES * sourcePixels);
  }

  public Limits {
    if (unfinished < 1
        || unfinishedOfOne < 1
        || pixels < 1
        || sourcePixels < 1
        || requestPixels < 1) {
      throw DemofusionException.badRequest(
          ("limits of %s jobs, %s of one owner, %s pixels, %s of a source image and %s of all "
                  + "images of a request must all be at least 1")
              .formatted(unfinished, unfinishedOfOne, pixels, sourcePixels, requestPixels));
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
          ("there are %s unfinished jobs and the farm accepts %s; retry when some have "
                  + "finished")
              .formatted(unfinishedNow, unfinished));
    }
    if (unfinishedOfOwner >= unfinishedOfOne) {
      throw new DemofusionException(
          FailureCode.TOO_MUCH,
          "%s has %s unfinished jobs and may have %s; wait for one to end, or cancel one"
              .formatted(owner, unfinishedOfOwner, unfinishedOfOne));
    }
  }

  /**
   * Refuses a request whose pictures would fill the memory, before any of them is read.
   *
   * @param sum pixels of all of them
   * @throws DemofusionException BAD_REQUEST
   */
  void requirePictures(long sum) {
    if (sum > requestPixels) {
      throw DemofusionException.badRequest(
          "the pictures of the request have %s pixels together, but this farm accepts at most %s; give fewer or smaller ones"
              .formatted(sum, requestPixels));
    }
  }

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  void requireSize(PixelExtent size) {
    if (Math.max(size.width(), size.height()) > LONGEST_SIDE) {
      throw DemofusionException.badRequest(
          "size %s has a side of more than %s pixels; choose a smaller size"
              .formatted(size, LONGEST_SIDE));
    }
    if (size.area() > pixels) {
      throw DemofusionException.badRequest(
          "size %s has %s pixels, but this farm accepts at most %s; choose a smaller size"
              .formatted(size, size.area(), pixels));
    }
  }
}
