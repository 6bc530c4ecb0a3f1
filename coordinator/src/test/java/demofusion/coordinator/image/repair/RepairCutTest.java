package demofusion.coordinator.image.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.MaskedPictures;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A part of an image that is too large to be held is what it would be of one that is not. */
class RepairCutTest {
  private static final PixelExtent EXTENT = new PixelExtent(1304, 1200);
  private static final JobId JOB = new JobId("large");
  private static final PictureBytes PICTURE = MaskedPictures.picture(EXTENT);

  @TempDir static Path folder;
  private static Path image;

  @BeforeAll
  static void write() throws IOException {
    image = folder.resolve("image.png");
    Files.write(image, png(EXTENT, PICTURE.pixels().orElseThrow().values(), 3));
  }

  /**
   * @param values (height, width, channels)
   * @param channels 1: grey
   */
  private static byte[] png(PixelExtent extent, byte[] values, int channels) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    PngWriter.write(file, rows(extent, values, channels), Map.of());
    return file.toByteArray();
  }

  private static PixelRows rows(PixelExtent extent, byte[] values, int channels) {
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return extent;
      }

      @Override
      public void read(int y, byte[] rgb) {
        for (int n = 0; n < rgb.length; n++) {
          int pixel = y * extent.width() + n / 3;
          rgb[n] = values[pixel * channels + (channels == 1 ? 0 : n % 3)];
        }
      }
    };
  }

  private static RepairCut cut(byte[] mask, int padding) throws IOException {
    return RepairCut.of(image, JOB, mask, padding, Renders.SDXL, Long.MAX_VALUE);
  }

  private static byte[] mask(PixelExtent extent, int left, int top, int width, int height)
      throws IOException {
    PictureBytes mask = MaskedPictures.mask(extent, left, top, width, height);
    return png(extent, mask.pixels().orElseThrow().values(), 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 5, 5, 64",
    "1299, 1195, 5, 5, 64",
    "600, 100, 40, 30, 0",
    "100, 300, 1100, 20, 3",
    "40, 70, 90, 1090, 10"
  })
  void isWhatAWholePictureIsComputedOf(int left, int top, int width, int height, int padding)
      throws Exception {
    Inpainting asked =
        MaskedPictures.inpainting(
            EXTENT,
            MaskedPictures.mask(EXTENT, left, top, width, height),
            1,
            null,
            InpaintArea.MASKED,
            padding);
    MaskedPicture whole = MaskedPicture.of(asked, 8, 1024);

    RepairCut cut = cut(mask(EXTENT, left, top, width, height), MaskedPicture.padding(asked));

    RgbPicture picture = PictureReader.read(cut.picture(), "part", Long.MAX_VALUE);
    assertThat(picture.extent()).isEqualTo(whole.extent());
    assertThat(picture.rgb()).isEqualTo(whole.original().values());
    assertThat(PictureReader.read(cut.mask(), "mask", Long.MAX_VALUE).grey())
        .isEqualTo(whole.mask().levels());
    assertThat(cut.place().whole()).isEqualTo(EXTENT);
  }

  @Test
  void takesAMaskOfAnotherSize_byItsNearestPixels() throws Exception {
    RepairCut small = cut(mask(new PixelExtent(163, 150), 20, 30, 2, 3), 64);
    RepairCut same = cut(mask(EXTENT, 160, 240, 16, 24), 64);

    assertThat(small.place()).isEqualTo(same.place());
    assertThat(small.mask()).isEqualTo(same.mask());
  }

  @Test
  void isPutBack_whereItWasCutOut() throws Exception {
    RepairCut cut = cut(mask(EXTENT, 600, 500, 40, 30), 64);
    RgbPicture part = PictureReader.read(cut.picture(), "part", Long.MAX_VALUE);
    byte[] drawn = part.rgb().clone();
    Arrays.fill(drawn, 0, 300, (byte) 7);

    byte[] original = PICTURE.pixels().orElseThrow().values();
    byte[] expected = original.clone();
    PictureCut place = cut.place();
    Arrays.fill(
        expected,
        3 * (place.top() * EXTENT.width() + place.left()),
        3 * (place.top() * EXTENT.width() + place.left()) + 300,
        (byte) 7);
    byte[] row = new byte[3 * EXTENT.width()];
    try (PastedRows rows = PastedRows.open(image, rows(part.extent(), drawn, 3), place)) {
      assertThat(rows.extent()).isEqualTo(EXTENT);
      assertThat(rows.readableRows(0)).isEqualTo(place.top());
      assertThat(rows.readableRows(part.extent().height())).isEqualTo(EXTENT.height());
      for (int y = 0; y < EXTENT.height(); y++) {
        rows.read(y, row);
        assertThat(row)
            .as("row %s", y)
            .isEqualTo(Arrays.copyOfRange(expected, y * row.length, (y + 1) * row.length));
      }
    }
  }

  @Test
  void refusesAMaskOfAnotherShape_andOneThatMarksNothing() {
    assertThatThrownBy(() -> cut(mask(new PixelExtent(300, 150), 0, 0, 2, 2), 64))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("another shape");
    assertThatThrownBy(() -> cut(mask(EXTENT, 0, 0, 0, 0), 64))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("nothing is to be drawn");
  }
}
