package demofusion.coordinator.image.condition;

import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.ControlMake;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ControlNet would be shown of pictures, for people who want to see it first: the very map
 * that is made of a request's control picture, at the picture's own size.
 */
public final class DetectedMap {
  private DetectedMap() {}

  /**
   * @param files pictures of any format
   * @param make null: the picture as it is read, in 8-bit RGB
   * @param mostPixels that all of them may have together
   * @return a PNG of each
   * @throws DemofusionException BAD_REQUEST, naming the picture by its place, if one cannot be
   *     read, or they are too large
   */
  public static List<byte[]> of(List<byte[]> files, @Nullable ControlMake make, long mostPixels) {
    long pixels = 0;
    for (int n = 0; n < files.size(); n++) {
      pixels += PictureReader.extent(files.get(n), name(n)).area();
      if (pixels > mostPixels) {
        throw DemofusionException.badRequest(
            "the pictures have %s pixels together, more than the %s that are accepted: send fewer or smaller ones"
                .formatted(pixels, mostPixels));
      }
    }
    List<byte[]> maps = new ArrayList<>();
    for (int n = 0; n < files.size(); n++) {
      RgbPicture read = PictureReader.readOnBlack(files.get(n), name(n), mostPixels);
      maps.add(ControlPixels.png(make == null ? read : ControlPixels.made(read, make), name(n)));
    }
    return maps;
  }

  private static String name(int place) {
    return "in place " + (place + 1) + " of the request";
  }
}
