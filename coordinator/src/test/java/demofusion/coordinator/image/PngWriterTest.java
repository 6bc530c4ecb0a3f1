package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngWriterTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}x{1}, every {2} columns alike")
  @CsvSource({"1,1,1", "1,9,1", "9,1,1", "64,48,1", "300,70,50", "257,300,257"})
  void writesWhatOthersRead(int width, int height, int alike) throws IOException {
    RgbPicture picture = picture(width, height, alike);

    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png(picture, Map.of())));

    assertThat(read.getWidth()).isEqualTo(width);
    assertThat(read.getHeight()).isEqualTo(height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          assertThat(read.getRaster().getSample(x, y, channel))
              .isEqualTo(picture.sample(x, y, channel));
        }
      }
    }
  }

  @Test
  void writesTheSameBytesTwice() throws IOException {
    RgbPicture picture = picture(120, 80, 3);

    assertThat(png(picture, Map.of("parameters", "a")))
        .isEqualTo(png(picture, Map.of("parameters", "a")));
  }

  @Test
  void shrinksWhatIsSmooth() throws IOException {
    int size = 256;
    byte[] rgb = new byte[3 * size * size];
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = (byte) (n / 3 % size + n / 3 / size); // a diagonal ramp
    }

    byte[] png = png(new RgbPicture(new PixelExtent(size, size), rgb), Map.of());

    assertThat(png.length).isLessThan(rgb.length / 50);
  }

  @Test
  void carriesTexts_whateverTheirLetters() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("parameters", "a café,\nSteps: 1");
    texts.put("other words", "日本語 😀\n\"quoted\"");
    Path file = folder.resolve("texts.png");

    Files.write(file, png(picture(5, 5, 1), texts));

    assertThat(PictureText.read(file)).isEqualTo(texts);
    assertThat(ImageIO.read(file.toFile())).isNotNull();
  }

  @Test
  void roundsHalfToEven() {
    assertThat(new byte[] {PixelRows.toByte(0.5f / 255), PixelRows.toByte(1.5f / 255)})
        .containsExactly(0, 2);
    assertThat(new byte[] {PixelRows.toByte(-1), PixelRows.toByte(2)}).containsExactly(0, 255);
  }

  @Test
  void readsRowsOfAPictureThatWasDecodedWhole() throws IOException {
    float[] values = {0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f}; // (3, 1, 2)
    byte[] row = new byte[6];

    PixelRows.of(new Tensor(new int[] {3, 1, 2}, values)).read(0, row);

    assertThat(row).containsExactly(0, 102, 204, 51, 153, 255);
  }

  /** For a file that is read once, and soon. */
  @Test
  void storesRowsAsTheyAre_ifAsked() throws IOException {
    RgbPicture picture = picture(301, 40, 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PngWriter png =
        PngWriter.begin(bytes, picture.extent(), Map.of("parameters", "x"), true)) {
      png.rows(rows(picture), 0, 40);
      png.finish();
    }
    Path file = folder.resolve("stored.png");
    Files.write(file, bytes.toByteArray());

    byte[] read = new byte[picture.rgb().length];
    byte[] row = new byte[3 * 301];
    try (PngRows rows = PngRows.open(file)) {
      for (int y = 0; y < 40; y++) {
        rows.read(y, row);
        System.arraycopy(row, 0, read, y * row.length, row.length);
      }
    }
    BufferedImage byOthers = ImageIO.read(file.toFile());

    assertThat(read).isEqualTo(picture.rgb());
    assertThat(bytes.size()).isGreaterThan(picture.rgb().length);
    assertThat(byOthers.getRGB(300, 39) & 0xff).isEqualTo(row[3 * 300 + 2] & 0xff);
  }

  private static byte[] png(RgbPicture picture, Map<String, String> texts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PngWriter.write(bytes, rows(picture), texts);
    return bytes.toByteArray();
  }

  private static PixelRows rows(RgbPicture picture) {
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return picture.extent();
      }

      @Override
      public void read(int y, byte[] rgb) {
        System.arraycopy(picture.rgb(), y * rgb.length, rgb, 0, rgb.length);
      }
    };
  }

  private static RgbPicture picture(int width, int height, int alike) {
    Random random = new Random(7);
    byte[] rgb = new byte[3 * width * height];
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = n / 3 % alike == 0 ? (byte) random.nextInt() : rgb[n - 3];
    }
    return new RgbPicture(new PixelExtent(width, height), rgb);
  }
}
