package demofusion.coordinator.image.upscale;

import demofusion.protocol.latent.PixelExtent;
import java.util.ArrayList;
import java.util.List;

/**
 * One tile of a picture that is enlarged: what the network sees, and the part of it, the core, that
 * the larger picture takes. A function of the picture's size alone, so that any farm gives the same
 * bits.
 *
 * @param core what it adds, in pixels of the smaller picture
 * @param seen the core with its margin of real neighbours, where there are any
 */
public record UpscaleTile(Cut core, Cut seen) {
  /** A rectangle of a picture, in pixels. */
  public record Cut(int top, int left, int height, int width) {}

  public static final int CORE = 256;
  public static final int MARGIN = 32;

  /** Row by row from the top left corner; the last ones are smaller. */
  static List<UpscaleTile> of(PixelExtent extent) {
    List<UpscaleTile> tiles = new ArrayList<>();
    for (int top = 0; top < extent.height(); top += CORE) {
      for (int left = 0; left < extent.width(); left += CORE) {
        tiles.add(at(top, left, extent));
      }
    }
    return tiles;
  }

  private static UpscaleTile at(int top, int left, PixelExtent extent) {
    int bottom = Math.min(extent.height(), top + CORE);
    int right = Math.min(extent.width(), left + CORE);
    int seenTop = Math.max(0, top - MARGIN);
    int seenLeft = Math.max(0, left - MARGIN);
    return new UpscaleTile(
        new Cut(top, left, bottom - top, right - left),
        new Cut(
            seenTop,
            seenLeft,
            Math.min(extent.height(), bottom + MARGIN) - seenTop,
            Math.min(extent.width(), right + MARGIN) - seenLeft));
  }

  /** How many there are of a picture. */
  public static long count(PixelExtent extent) {
    return (long) parts(extent.height()) * parts(extent.width());
  }

  /** How many pixels the network sees of a picture, those of the margins as often as they are. */
  public static long seenPixels(PixelExtent extent) {
    return seen(extent.height()) * seen(extent.width());
  }

  /** With the margins, of which there are none at the picture's border. */
  private static long seen(int side) {
    return of(new PixelExtent(1, side)).stream().mapToLong(tile -> tile.seen().height()).sum();
  }

  private static int parts(int side) {
    return (side + CORE - 1) / CORE;
  }
}
