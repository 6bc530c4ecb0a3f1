package demofusion.protocol.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Held to what Pillow 11.3 makes of the golden pictures. */
class PillowResizingTest {
  private static final int RGB = 3;
  private static final SafetensorsFile GOLDEN = GoldenData.tensors("conditioning/ops.safetensors");

  @ParameterizedTest
  @CsvSource({
    "0, LANCZOS", "1, LANCZOS", "2, LANCZOS", "3, LANCZOS",
    "0, BICUBIC", "1, BICUBIC", "2, BICUBIC", "3, BICUBIC"
  })
  void givesPillowsBytes(int number, ResizingKernel kernel) {
    String wanted =
        "resize." + number + "." + (kernel == ResizingKernel.LANCZOS ? "lanczos" : "bicubic");

    byte[] resized = of(number, wanted, kernel).whole(bytes("resize." + number + ".in"));

    assertThat(resized).isEqualTo(bytes(wanted));
  }

  @Test
  void aRectangleHasTheBytesOfTheWhole() {
    PillowResizing resizing = of(1, "resize.1.lanczos", ResizingKernel.LANCZOS);
    byte[] picture = bytes("resize.1.in");
    byte[] whole = resizing.whole(picture);
    PixelExtent extent = extent("resize.1.lanczos");
    Random random = new Random(5);

    for (int draw = 0; draw < 50; draw++) {
      int top = random.nextInt(extent.height());
      int left = random.nextInt(extent.width());
      int height = 1 + random.nextInt(extent.height() - top);
      int width = 1 + random.nextInt(extent.width() - left);
      byte[] window = resizing.window(picture, top, left, height, width);
      for (int row = 0; row < height; row++) {
        int from = ((top + row) * extent.width() + left) * RGB;
        assertThat(Arrays.copyOfRange(window, row * width * RGB, (row + 1) * width * RGB))
            .as("row %s of %sx%s at %s, %s", row, width, height, top, left)
            .isEqualTo(Arrays.copyOfRange(whole, from, from + width * RGB));
      }
    }
  }

  @Test
  void keepsAPictureOfTheWantedSize() {
    PixelExtent extent = new PixelExtent(7, 5);
    byte[] pixels = new byte[7 * 5];
    new Random(1).nextBytes(pixels);

    assertThat(new PillowResizing(extent, extent, 1, ResizingKernel.LANCZOS).whole(pixels))
        .isEqualTo(pixels);
  }

  @Test
  void refusesWhatDoesNotLieInThePicture() {
    PixelExtent extent = new PixelExtent(7, 5);
    PillowResizing resizing = new PillowResizing(extent, extent, 1, ResizingKernel.BICUBIC);

    assertThatThrownBy(() -> resizing.window(new byte[35], 0, 3, 5, 5))
        .hasMessage("5x5 pixels at row 0, column 3 do not lie in a picture of 7x5");
    assertThatThrownBy(() -> resizing.whole(new byte[34])).hasMessageContaining("34 bytes");
  }

  private static PillowResizing of(int number, String wanted, ResizingKernel kernel) {
    return new PillowResizing(extent("resize." + number + ".in"), extent(wanted), RGB, kernel);
  }

  private static PixelExtent extent(String name) {
    long[] shape = GOLDEN.entry(name).shape();
    return new PixelExtent((int) shape[1], (int) shape[0]);
  }

  private static byte[] bytes(String name) {
    ByteBuffer tensor = GOLDEN.bytes(name);
    byte[] bytes = new byte[tensor.remaining()];
    tensor.get(bytes);
    return bytes;
  }
}
