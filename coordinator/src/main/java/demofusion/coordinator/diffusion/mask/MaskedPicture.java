package demofusion.coordinator.diffusion.mask;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.PictureBytes.Pixels;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.picture.PillowResizing;
import demofusion.protocol.picture.ResizingKernel;

/**
 * A picture of which a part is drawn anew: O and M of conditioning section 5, on the pixels of the
 * result (its canvas: the file's, and what it is extended by), and the area of it that is computed:
 * all of it, or what is around the mask. The area's sides are multiples of the VAE's factor; where
 * the canvas ends before that, its edge pixels are repeated and nothing is drawn.
 */
public final class MaskedPicture {
  /** Of the level of a pixel that is drawn anew. */
  public static final int THRESHOLD = 128;

  private static final int COLOURS = 3;

  private final Pixels canvas;
  private final MaskPicture canvasMask;
  private final double sigma; // of the ramp between new and kept pixels
  private final AreaAxis rows;
  private final AreaAxis columns;
  private final Pixels original; // of the area
  private final MaskPicture mask; // of the area

  private MaskedPicture(
      Pixels canvas, MaskPicture canvasMask, double sigma, AreaAxis rows, AreaAxis columns) {
    this.canvas = canvas;
    this.canvasMask = canvasMask;
    this.sigma = sigma;
    this.rows = rows;
    this.columns = columns;
    PixelExtent extent = new PixelExtent(columns.length(), rows.length());
    boolean isAll = extent.equals(canvas.extent());
    this.original = isAll ? canvas : new Pixels(extent, cut(canvas.values(), COLOURS, true));
    this.mask = isAll ? canvasMask : new MaskPicture(extent, cut(canvasMask.levels(), 1, false));
  }

  /**
   * @param asked with its pictures read
   * @param factor of the VAE: the area's sides are multiples of it
   * @param nativeSide of the model, in pixels: no area is smaller where the canvas is not
   * @throws DemofusionException BAD_REQUEST if nothing is to be drawn, the mask has another shape,
   *     or the picture is extended by too much
   */
  public static MaskedPicture of(Inpainting asked, int factor, int nativeSide) {
    Pixels picture = read(asked.picture());
    PictureBytes file = asked.mask();
    byte[] levels =
        file == null
            ? new byte[Math.toIntExact(picture.extent().area())]
            : fitted(read(file), picture.extent());
    Canvas whole = Canvas.of(picture, levels, asked.outpaint());
    MaskPicture mask = new MaskPicture(whole.picture().extent(), whole.levels());
    MaskBox box = MaskBox.of(mask, THRESHOLD);
    PixelExtent extent = whole.picture().extent();
    boolean isAll = asked.area() == InpaintArea.PICTURE;
    int padding = padding(asked);
    return new MaskedPicture(
        whole.picture(),
        mask,
        asked.featherOrStandard(),
        isAll
            ? AreaAxis.whole(extent.height(), factor)
            : AreaAxis.around(
                box.top(), box.bottom(), padding, nativeSide, extent.height(), factor),
        isAll
            ? AreaAxis.whole(extent.width(), factor)
            : AreaAxis.around(
                box.left(), box.right(), padding, nativeSide, extent.width(), factor));
  }

  /** The size of the result, before anything is read: what a request may name as its size. */
  public static PixelExtent canvas(PixelExtent picture, Inpainting asked) {
    Outpaint sides = asked.outpaint();
    return sides == null ? picture : Canvas.extended(picture, sides);
  }

  /** Pixels around the mask: the ramp ends inside the area, else its edge would be seen. */
  public static int padding(Inpainting asked) {
    return Math.max(asked.paddingOrStandard(), FeatheredMask.reach(asked.featherOrStandard()));
  }

  private static Pixels read(PictureBytes file) {
    return file.pixels().orElseThrow(() -> new IllegalArgumentException(file + " was not read"));
  }

  /** The mask at the picture's size, by the nearest pixel; 255 where something is drawn, else 0. */
  private static byte[] fitted(Pixels mask, PixelExtent picture) {
    requireShape(mask.extent(), picture);
    int[] across = nearest(mask.extent().width(), picture.width());
    int[] down = nearest(mask.extent().height(), picture.height());
    byte[] levels = new byte[Math.toIntExact(picture.area())];
    for (int y = 0; y < picture.height(); y++) {
      int from = down[y] * mask.extent().width();
      for (int x = 0; x < picture.width(); x++) {
        int level = mask.values()[from + across[x]] & 0xff;
        levels[y * picture.width() + x] = (byte) (level >= THRESHOLD ? 255 : 0);
      }
    }
    return levels;
  }

  /**
   * @throws DemofusionException BAD_REQUEST if a mask of this size has another aspect
   */
  static void requireShape(PixelExtent mask, PixelExtent picture) {
    long apart =
        Math.abs((long) mask.width() * picture.height() - (long) mask.height() * picture.width());
    if (apart > Math.max(picture.width(), picture.height())) { // by more than a pixel
      throw DemofusionException.badRequest(
          "the mask has %s pixels and the picture %s, which is another shape: give a mask of the picture's aspect"
              .formatted(mask, picture));
    }
  }

  /** Of each pixel of a side, the one of a mask's side that says whether it is drawn. */
  static int[] nearest(int source, int side) {
    int[] nearest = new int[side];
    for (int n = 0; n < side; n++) {
      nearest[n] = (int) ((2L * n + 1) * source / (2L * side));
    }
    return nearest;
  }

  /** The area of one plane or of interleaved pixels, its edges repeated, or nothing beyond them. */
  private byte[] cut(byte[] values, int channels, boolean repeats) {
    PixelExtent whole = canvas.extent();
    int width = columns.length();
    byte[] area = new byte[Math.multiplyExact(rows.length() * channels, width)];
    for (int y = 0; y < rows.length(); y++) {
      int row = Math.min(rows.start() + y, whole.height() - 1);
      if (row < rows.start() + y && !repeats) {
        break;
      }
      int from = (row * whole.width() + columns.start()) * channels;
      int count = Math.min(width, whole.width() - columns.start());
      int to = y * width * channels;
      System.arraycopy(values, from, area, to, count * channels);
      for (int x = count; repeats && x < width; x++) {
        System.arraycopy(area, to + (count - 1) * channels, area, to + x * channels, channels);
      }
    }
    return area;
  }

  /** The size of the result. */
  public PixelExtent canvas() {
    return canvas.extent();
  }

  /** The size of what is computed. */
  public PixelExtent extent() {
    return original.extent();
  }

  /** The area's first row in the canvas. */
  int top() {
    return rows.start();
  }

  /** Its first column. */
  int left() {
    return columns.start();
  }

  /** O of the area, (height, width, 3); also what an inpainting ControlNet is shown. */
  public Pixels original() {
    return original;
  }

  /** M of the area: 255 where it is drawn anew, else 0. */
  public MaskPicture mask() {
    return mask;
  }

  /** O_k: the area at a phase's size, which is never a larger one (conditioning section 5.2). */
  public Pixels original(PixelExtent phase) {
    if (phase.equals(original.extent())) {
      return original;
    }
    return new Pixels(
        phase,
        new PillowResizing(original.extent(), phase, COLOURS, ResizingKernel.LANCZOS)
            .whole(original.values()));
  }

  /** M_k: a pixel of a phase is drawn anew where any that it covers is. */
  public MaskPicture mask(PixelExtent phase) {
    if (phase.equals(original.extent())) {
      return mask;
    }
    boolean[] touched = mask.touched(new LatentExtent(phase.height(), phase.width()), THRESHOLD);
    byte[] levels = new byte[touched.length];
    for (int n = 0; n < levels.length; n++) {
      levels[n] = (byte) (touched[n] ? 255 : 0);
    }
    return new MaskPicture(phase, levels);
  }

  /** m of a phase's latent (conditioning section 5.1), (height, width). */
  public boolean[] drawn(LatentExtent phase) {
    return mask.touched(phase, THRESHOLD);
  }

  /**
   * What becomes of a phase's decoded pixels: of the last one's the whole result, of another's its
   * preview.
   */
  public KeptPixels kept(PixelExtent phase) {
    return phase.equals(original.extent())
        ? new KeptPixels(canvas, canvasMask, sigma, rows.start(), columns.start(), phase)
        : new KeptPixels(original(phase), mask(phase), sigma, 0, 0, phase);
  }

  /** Bytes in the heap, while the phase with most pixels begins. */
  public long bytes() {
    long area = (COLOURS + 1) * original.extent().area();
    boolean isCut = !original.extent().equals(canvas.extent());
    return (COLOURS + 1) * canvas.extent().area() * 2 + (isCut ? area : 0) + area;
  }
}
