package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.PixelExtent;

/**
 * Where a picture of which a part is drawn anew was cut out of a job's image that is too large to
 * be held: what is drawn is put back there, and all other rows stay that image's.
 *
 * @param job whose image it is
 * @param whole size of that image
 * @param top of the cut's first row in it
 * @param left of its first column
 */
public record PictureCut(JobId job, PixelExtent whole, int top, int left) {
  public PictureCut {
    if (top < 0 || left < 0 || top >= whole.height() || left >= whole.width()) {
      throw DemofusionException.badRequest(
          "a cut at row %s, column %s is outside of an image of %s".formatted(top, left, whole));
    }
  }
}
