package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tiles that Tiled Diffusion is asked for, in latent samples: as many as its overlap needs, at
 * equal distances. Windows here have the model's native side; tiles of that size are such windows,
 * and others are not taken.
 */
public record Tiles(int width, int height, int overlap) {
  private static final int PIXELS = 8; // of a latent sample's side, WebUI's opt_f
  private static final int LEAST_STRIDE = 4; // that Tiled Diffusion leaves
  private static final int LARGEST = 1 << 20;
  private static final int SIDE = 96;
  private static final int OVERLAP = 48;
  private static final int OVERLAP_FROM_PICTURE = 8;
  private static final String STRIDE = "stride";
  private static final String SPACING = "windowSpacing";

  static Tiles read(Fields fields, boolean isFromPicture) {
    int width = fields.integer("tile_width", 1, LARGEST).orElse(SIDE);
    int height = fields.integer("tile_height", 1, LARGEST).orElse(SIDE);
    int overlap =
        fields
            .integer("overlap", 0, LARGEST)
            .orElse(isFromPicture ? OVERLAP_FROM_PICTURE : OVERLAP);
    int most = Math.max(0, Math.min(width, height) - LEAST_STRIDE);
    return new Tiles(width, height, Math.min(overlap, most));
  }

  /**
   * How many tiles a sample of the picture lies in, on average.
   *
   * @param size of the picture in pixels
   */
  double coverage(PixelExtent size) {
    return coverage(size.width() / PIXELS, width) * coverage(size.height() / PIXELS, height);
  }

  private double coverage(int side, int tile) {
    int own = Math.min(tile, side);
    int count = Math.max(1, (int) Math.ceil((double) (side - overlap) / (own - overlap)));
    return own <= overlap ? 1 : (double) count * own / side;
  }

  /**
   * Puts the stride of such windows into a picture, where it is the model's.
   *
   * @param nativeSide of the model in pixels; empty: it is not known which model draws
   */
  public void settle(ObjectNode picture, OptionalInt nativeSide, List<String> notes) {
    if (picture.has(STRIDE)) {
      return;
    }
    int window = nativeSide.orElse(0) / PIXELS;
    if (width == window && height == window) {
      picture.put(STRIDE, window - overlap);
      if (!picture.has(SPACING)) {
        picture.put(SPACING, "even");
      }
      return;
    }
    notes.add(
        "%s: tiles of %sx%s latent samples with an overlap of %s are not taken, since windows here are the model's, %s, with their own stride"
            .formatted(
                TiledDiffusion.TITLE,
                width,
                height,
                overlap,
                window == 0 ? "which is not named" : window + "x" + window));
  }
}
