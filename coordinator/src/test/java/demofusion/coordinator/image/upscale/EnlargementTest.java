package demofusion.coordinator.image.upscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.image.PixelRows;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network that repeats pixels knows no tiles: what it makes of them is what it makes of all. */
class EnlargementTest {
  private static final Random RANDOM = new Random(5);

  @TempDir Path folder;

  @Test
  void putsCoresTogetherWithoutASeam_inAnyOrder() throws IOException {
    byte[] small = picture(300, 520);
    PixelExtent target = new PixelExtent(600, 1040);

    byte[] inOrder = enlarged(small, new PixelExtent(300, 520), 2, target, false);
    byte[] inDisorder = enlarged(small, new PixelExtent(300, 520), 2, target, true);

    assertThat(inOrder).isEqualTo(repeated(small, 300, 520, 2));
    assertThat(inDisorder).isEqualTo(inOrder);
  }

  @Test
  void goesThroughTheNetworkAgain_whileASideIsSmaller() throws IOException {
    byte[] small = picture(10, 20);
    PixelExtent target = new PixelExtent(40, 80);

    byte[] large = enlarged(small, new PixelExtent(10, 20), 2, target, false);

    assertThat(large).isEqualTo(repeated(repeated(small, 10, 20, 2), 20, 40, 2));
  }

  @Test
  void makesItSmallerWhereItBecameTooLarge() throws IOException {
    byte[] grey = new byte[3 * 10 * 20];
    Arrays.fill(grey, (byte) 200);

    byte[] large = enlarged(grey, new PixelExtent(10, 20), 4, new PixelExtent(30, 61), false);

    assertThat(large).hasSize(3 * 30 * 61).containsOnly((byte) 200);
  }

  @Test
  void showsTheNetworkItsNeighbours() {
    List<UpscaleTile> tiles = UpscaleTile.of(new PixelExtent(520, 300));

    assertThat(tiles)
        .hasSize(6)
        .contains(
            new UpscaleTile(
                new UpscaleTile.Cut(0, 256, 256, 256), new UpscaleTile.Cut(0, 224, 288, 296)))
        .endsWith(
            new UpscaleTile(
                new UpscaleTile.Cut(256, 512, 44, 8), new UpscaleTile.Cut(224, 480, 76, 40)));
  }

  @ParameterizedTest
  @CsvSource({
    "1024x1024, 4, 4096x4096, 16",
    "1024x1024, 2, 4096x4096, 80",
    "1024x1024, 4, 4104x4104, 272",
    "128x104, 4, 320x256, 1",
    "128x128, 4, 128x128, 0"
  })
  void countsTilesOfAllPasses(String from, int scale, String target, long tiles) {
    assertThat(Enlargement.tiles(PixelExtent.parse(from), scale, PixelExtent.parse(target)))
        .isEqualTo(tiles);
  }

  @Test
  void refusesATileOfAnotherScale() throws IOException {
    PixelExtent small = new PixelExtent(10, 10);
    try (Enlargement all = begin(picture(10, 10), small, 4, new PixelExtent(40, 40))) {
      assertThatThrownBy(() -> all.accept(all.pass(), 0, Tensor.zeros(3, 20, 20)))
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("an upscaler of 4 times gives [3, 40, 40]");
      assertThatThrownBy(all::result).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void leavesATileOfAPassThatIsOverAlone() throws IOException {
    PixelExtent small = new PixelExtent(10, 10);
    try (Enlargement all = begin(picture(10, 10), small, 2, new PixelExtent(40, 40))) {
      UpscalePass first = all.pass();
      Tensor black = Tensor.zeros(3, 20, 20);
      assertThat(all.accept(first, 0, black)).isTrue();

      assertThat(all.accept(first, 0, black)).isFalse();
      assertThat(all.pass().tiles()).isEqualTo(1);
      assertThat(all.accept(all.pass(), 0, Tensor.zeros(3, 40, 40))).isTrue();
    }
  }

  @Test
  void leavesNoScratchFilesBehind() throws IOException {
    enlarged(picture(10, 20), new PixelExtent(10, 20), 2, new PixelExtent(40, 80), false);

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  /** A process that is killed closes nothing. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void hasNoFilesByNameWhereAnOpenFileNeedsNone() throws IOException {
    PixelExtent small = new PixelExtent(10, 10);
    try (Enlargement all = begin(picture(10, 10), small, 2, new PixelExtent(40, 40))) {
      assertThat(all.accept(all.pass(), 0, Tensor.zeros(3, 20, 20))).isTrue();

      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).isEmpty();
      }
    }
  }

  private Enlargement begin(byte[] rgb, PixelExtent extent, int scale, PixelExtent target)
      throws IOException {
    return Enlargement.begin(folder.resolve("scratch"), rows(rgb, extent), scale, target);
  }

  private byte[] enlarged(
      byte[] rgb, PixelExtent extent, int scale, PixelExtent target, boolean inDisorder)
      throws IOException {
    try (Enlargement all = begin(rgb, extent, scale, target)) {
      long done = 0;
      while (all.pass().tiles() > 0) {
        UpscalePass pass = all.pass();
        List<Integer> tiles = new ArrayList<>(IntStream.range(0, pass.tiles()).boxed().toList());
        if (inDisorder) {
          Collections.shuffle(tiles, RANDOM);
        }
        for (int tile : tiles) {
          all.accept(pass, tile, repeated(pass.pixels(tile), scale));
          done++;
        }
      }
      assertThat(done).isEqualTo(all.tiles());
      byte[] result = new byte[(int) (3 * target.area())];
      byte[] row = new byte[3 * target.width()];
      PixelRows rows = all.result();
      for (int y = 0; y < target.height(); y++) {
        rows.read(y, row);
        System.arraycopy(row, 0, result, y * row.length, row.length);
      }
      return result;
    }
  }

  private static byte[] picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(width).nextBytes(rgb);
    return rgb;
  }

  private static PixelRows rows(byte[] rgb, PixelExtent extent) {
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return extent;
      }

      @Override
      public void read(int y, byte[] into) {
        System.arraycopy(rgb, 3 * extent.width() * y, into, 0, 3 * extent.width());
      }
    };
  }

  private static byte[] repeated(byte[] rgb, int width, int height, int scale) {
    byte[] large = new byte[rgb.length * scale * scale];
    for (int n = 0; n < large.length; n++) {
      int x = n / 3 % (width * scale);
      int y = n / 3 / (width * scale);
      large[n] = rgb[3 * (y / scale * width + x / scale) + n % 3];
    }
    assertThat(large).hasSize(3 * width * height * scale * scale);
    return large;
  }

  private static Tensor repeated(Tensor pixels, int scale) {
    int height = pixels.shape()[1];
    int width = pixels.shape()[2];
    Tensor large = Tensor.zeros(3, height * scale, width * scale);
    for (int n = 0; n < large.values().length; n++) {
      int x = n % (width * scale);
      int y = n / (width * scale);
      large.values()[n] = pixels.values()[y / scale * width + x / scale];
    }
    return large;
  }
}
