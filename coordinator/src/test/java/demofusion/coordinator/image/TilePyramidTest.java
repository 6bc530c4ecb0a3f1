package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.latent.PixelExtent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilePyramidTest {
  @TempDir Path folder;

  /** A picture whose red grows to the right, whose green grows downwards, with some noise. */
  private static PixelRows slopes(int width, int height) {
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return new PixelExtent(width, height);
      }

      @Override
      public void read(int y, byte[] rgb) {
        for (int x = 0; x < width; x++) {
          rgb[3 * x] = (byte) (255 * x / width);
          rgb[3 * x + 1] = (byte) (255 * y / height);
          rgb[3 * x + 2] = (byte) ((x * 31 + y * 17) % 7);
        }
      }
    };
  }

  private Path pyramid(int width, int height) throws IOException {
    Path file = folder.resolve(width + "x" + height);
    try (OutputStream out = Files.newOutputStream(file)) {
      TilePyramidWriter.write(slopes(width, height), out, share -> {});
    }
    return file;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "64, 3", "512, 512", "513, 300", "1300, 700", "700, 1300", "64, 2049"})
  void givesBackThePicture_fromItsLargestTiles(int width, int height) throws IOException {
    Path png = folder.resolve("image.png");
    try (OutputStream out = Files.newOutputStream(png)) {
      PngWriter.write(out, slopes(width, height), Map.of("parameters", "none"));
    }
    Path file = folder.resolve("pyramid");
    try (OutputStream out = Files.newOutputStream(file);
        PngRows rows = PngRows.open(png)) {
      TilePyramidWriter.write(rows, out, share -> {});
    }

    TilePyramid pyramid = TilePyramid.read(file);

    assertThat(pyramid.extent()).isEqualTo(new PixelExtent(width, height));
    int last = pyramid.levels() - 1;
    int side = pyramid.tileSide();
    for (int row = 0; row * side < height; row++) {
      for (int column = 0; column * side < width; column++) {
        BufferedImage tile = image(file, last, column, row);
        assertThat(tile.getWidth()).isEqualTo(Math.min(side, width - column * side));
        assertThat(tile.getHeight()).isEqualTo(Math.min(side, height - row * side));
        int x = column * side + tile.getWidth() / 2;
        int y = row * side + tile.getHeight() / 2;
        int rgb = tile.getRGB(tile.getWidth() / 2, tile.getHeight() / 2);
        assertThat((rgb >> 16) & 0xff).isCloseTo(255 * x / width, within(12));
        assertThat((rgb >> 8) & 0xff).isCloseTo(255 * y / height, within(12));
      }
    }
  }

  @Test
  void showsTheWholePictureInOneTile_atTheSmallestScale() throws IOException {
    Path file = pyramid(1300, 700);

    BufferedImage whole = image(file, 0, 0, 0);

    assertThat(TilePyramid.read(file).levels()).isEqualTo(3);
    assertThat(whole.getWidth()).isEqualTo(325);
    assertThat(whole.getHeight()).isEqualTo(175);
    assertThat((whole.getRGB(300, 20) >> 16) & 0xff).isCloseTo(255 * 300 / 325, within(8));
    assertThat((whole.getRGB(20, 160) >> 8) & 0xff).isCloseTo(255 * 160 / 175, within(8));
  }

  @Test
  void hasNoTile_besideThePicture() throws IOException {
    Path file = pyramid(600, 500);

    assertThat(TilePyramid.tile(file, 0, 0, 0)).isPresent();
    assertThat(TilePyramid.tile(file, 1, 2, 0)).isEmpty();
    assertThat(TilePyramid.tile(file, 1, 0, 1)).isEmpty();
    assertThat(TilePyramid.tile(file, 2, 0, 0)).isEmpty();
  }

  @Test
  void refusesAFile_thatIsCutOffOrSomethingElse() throws IOException {
    Path file = pyramid(600, 500);
    byte[] bytes = Files.readAllBytes(file);
    List<byte[]> broken = new ArrayList<>();
    broken.add(new byte[0]);
    broken.add(new byte[100]);
    broken.add(Arrays.copyOf(bytes, bytes.length - 1));
    for (byte[] each : broken) {
      Files.write(file, each);

      assertThatThrownBy(() -> TilePyramid.read(file)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesAPng_thatIsCutOff() throws IOException {
    Path png = folder.resolve("image.png");
    try (OutputStream out = Files.newOutputStream(png)) {
      PngWriter.write(out, slopes(300, 200), Map.of());
    }
    byte[] bytes = Files.readAllBytes(png);
    Files.write(png, Arrays.copyOf(bytes, bytes.length / 2));

    try (PngRows rows = PngRows.open(png)) {
      assertThatThrownBy(
              () -> TilePyramidWriter.write(rows, OutputStream.nullOutputStream(), share -> {}))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void readsEveryRowAsItWasWritten_whateverItsFilter() throws IOException {
    Path png = folder.resolve("image.png");
    PixelRows picture = slopes(97, 61);
    try (OutputStream out = Files.newOutputStream(png)) {
      PngWriter.write(out, picture, Map.of());
    }
    byte[] wanted = new byte[3 * 97];
    byte[] read = new byte[3 * 97];
    try (PngRows rows = PngRows.open(png)) {
      for (int y = 0; y < 61; y++) {
        picture.read(y, wanted);
        rows.read(y, read);

        assertThat(read).as("row %s", y).isEqualTo(wanted);
      }
    }
  }

  private static BufferedImage image(Path file, int level, int column, int row) throws IOException {
    byte[] jpeg = TilePyramid.tile(file, level, column, row).orElseThrow();
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }

  private static Offset<Integer> within(int many) {
    return Offset.offset(many);
  }
}
