package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.protocol.latent.PixelExtent;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedPictureTest {
  private static final PixelExtent EXTENT = new PixelExtent(70, 500); // rows of several buffers

  private final byte[] rgb = new byte[3 * 70 * 500];
  @TempDir Path folder;
  private Path png;
  private Path scratch;

  @BeforeEach
  void write() throws IOException {
    new Random(5).nextBytes(rgb);
    png = folder.resolve("phase-1.png");
    scratch = folder.resolve(".scratch-picture");
    PixelRows rows =
        new PixelRows() {
          @Override
          public PixelExtent extent() {
            return EXTENT;
          }

          @Override
          public void read(int y, byte[] row) {
            System.arraycopy(rgb, y * 210, row, 0, 210);
          }
        };
    try (OutputStream out = Files.newOutputStream(png)) {
      PngWriter.write(out, rows, Map.of("parameters", "a test"));
    }
  }

  @Test
  void readsRowsFromAnyPlace() throws IOException {
    Files.writeString(scratch, "what a kill left behind");
    try (UnpackedPicture picture = UnpackedPicture.of(png, scratch)) {
      byte[] last = new byte[3 * 210];
      picture.rows(497, 3, last);
      byte[] all = new byte[rgb.length];
      picture.rows(0, 500, all);

      assertThat(picture.extent()).isEqualTo(EXTENT);
      assertThat(last).isEqualTo(Arrays.copyOfRange(rgb, 497 * 210, rgb.length));
      assertThat(all).isEqualTo(rgb);
      assertThatThrownBy(() -> picture.rows(498, 3, last))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(scratch).doesNotExist();
  }

  @Test
  void hasTheRowsThatItWasGiven_andNoOthers() throws IOException {
    byte[] row = new byte[210];
    try (PngRows rows = PngRows.open(png);
        UnpackedPicture picture = UnpackedPicture.begin(EXTENT, scratch)) {
      assertThat(picture.readableRows()).isZero();
      picture.take(rows, 320);

      picture.rows(319, 1, row);
      assertThat(row).isEqualTo(Arrays.copyOfRange(rgb, 319 * 210, 320 * 210));
      assertThat(picture.readableRows()).isEqualTo(320);
      assertThatThrownBy(() -> picture.rows(320, 1, row))
          .isInstanceOf(IllegalArgumentException.class);

      picture.take(rows, 500);
      picture.inOrder().read(320, row);
      assertThat(row).isEqualTo(Arrays.copyOfRange(rgb, 320 * 210, 321 * 210));
    }
  }

  @Test
  void isReadableUntilAllWhoHaveItHaveClosedIt() throws IOException {
    UnpackedPicture picture = UnpackedPicture.of(png, scratch);
    UnpackedPicture other = picture.shared();
    byte[] row = new byte[210];

    picture.close();
    other.rows(3, 1, row);
    other.close();

    assertThat(row).isEqualTo(Arrays.copyOfRange(rgb, 3 * 210, 4 * 210));
    assertThatThrownBy(() -> other.rows(3, 1, row)).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(picture::shared).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesNothingBehind_ofAPictureThatIsTorn() throws IOException {
    byte[] whole = Files.readAllBytes(png);
    Files.write(png, Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> UnpackedPicture.of(png, scratch)).isInstanceOf(EOFException.class);
    assertThat(scratch).doesNotExist();
  }
}
