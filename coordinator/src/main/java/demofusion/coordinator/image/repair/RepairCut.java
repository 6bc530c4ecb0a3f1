package demofusion.coordinator.image.repair;

import demofusion.coordinator.diffusion.mask.MaskedArea;
import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.condition.PictureBytes.Pixels;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a repair needs of an image that is too large to be held: the area around the mask, read row
 * by row, and the mask of that area, both as files.
 *
 * @param picture a PNG
 * @param mask a PNG of its size
 */
public record RepairCut(byte[] picture, byte[] mask, PictureCut place) {
  private static final int COLOURS = 3;

  /**
   * @param image a farm's own
   * @param mask of a format that is read, of any size of the image's aspect
   * @param padding pixels around the mask, see MaskedPicture.padding
   * @param mostPixels of the mask, and of the area
   * @throws DemofusionException BAD_REQUEST if the mask cannot be read, has another shape, marks
   *     nothing, or is in an image that is smaller than the area
   * @throws IOException if the image cannot be read
   */
  public static RepairCut of(
      Path image, JobId job, byte[] mask, int padding, ModelGeometry geometry, long mostPixels)
      throws IOException {
    RgbPicture read = PictureReader.readOnBlack(mask, "of the request's mask", mostPixels);
    Pixels grey = new Pixels(read.extent(), read.grey());
    try (PngRows rows = PngRows.open(image)) {
      PixelExtent whole = rows.extent();
      MaskedArea area = MaskedArea.of(grey, whole, padding, geometry);
      if (!area.isInside(whole)) {
        throw DemofusionException.badRequest(
            "an image of %s is smaller than the area of %s around the mask".formatted(whole, area));
      }
      if (area.extent().area() > mostPixels) {
        throw DemofusionException.badRequest(
            "the area around the mask has %s, %s pixels, more than the %s that are accepted: paint less, or take a smaller padding"
                .formatted(area.extent(), area.extent().area(), mostPixels));
      }
      byte[] picture = png(new Cut(rows, area));
      byte[] drawn = png(new Grey(area.extent(), area.levels(grey, whole)));
      return new RepairCut(picture, drawn, new PictureCut(job, whole, area.top(), area.left()));
    }
  }

  private static byte[] png(PixelRows rows) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    PngWriter.write(file, rows, Map.of());
    return file.toByteArray();
  }

  /** The rows of an area. */
  private static final class Cut implements PixelRows {
    private final PngRows whole;
    private final MaskedArea area;
    private final byte[] row;
    private int next; // row of the whole

    Cut(PngRows whole, MaskedArea area) {
      this.whole = whole;
      this.area = area;
      this.row = new byte[COLOURS * whole.extent().width()];
    }

    @Override
    public PixelExtent extent() {
      return area.extent();
    }

    @Override
    public void read(int y, byte[] rgb) throws IOException {
      for (; next <= area.top() + y; next++) {
        whole.read(next, row);
      }
      System.arraycopy(row, COLOURS * area.left(), rgb, 0, COLOURS * area.extent().width());
    }
  }

  /** Levels of grey as a picture. */
  private record Grey(PixelExtent extent, byte[] levels) implements PixelRows {
    @Override
    public void read(int y, byte[] rgb) {
      for (int x = 0; x < extent.width(); x++) {
        byte level = levels[y * extent.width() + x];
        for (int colour = 0; colour < COLOURS; colour++) {
          rgb[COLOURS * x + colour] = level;
        }
      }
    }
  }
}
