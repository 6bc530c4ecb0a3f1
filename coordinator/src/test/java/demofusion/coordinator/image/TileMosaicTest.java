package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileMosaicTest {
  private static final int FACTOR = 2;
  private static final LatentExtent EXTENT = new LatentExtent(23, 37);
  private static final TilePlan PLAN = TilePlan.of(EXTENT, 8, 3); // 3 rows of 4 tiles

  @TempDir Path folder;

  @Test
  void givesThePictureBack_whenTilesAgree() throws IOException {
    Tensor picture = noise(3, EXTENT.height() * FACTOR, EXTENT.width() * FACTOR);

    byte[] mosaic = assemble(PLAN, tilesOf(picture), List.of());

    assertThat(PLAN.tiles()).hasSize(12);
    assertThat(mosaic).isEqualTo(allRows(PixelRows.of(picture)));
  }

  @Test
  void doesNotDependOnTheOrderOfTiles() throws IOException {
    List<Tensor> tiles = new ArrayList<>();
    PLAN.tiles().forEach(tile -> tiles.add(noise(3, 14 * FACTOR, 14 * FACTOR)));
    List<Integer> order = new ArrayList<>(IntStream.range(0, tiles.size()).boxed().toList());
    Collections.shuffle(order, new Random(3));

    assertThat(assemble(PLAN, tiles, order)).isEqualTo(assemble(PLAN, tiles, List.of()));
  }

  @Test
  void fadesFromOneTileToTheNext() throws IOException {
    TilePlan plan = TilePlan.of(new LatentExtent(4, 20), 8, 4); // tiles 0–15 and 4–19
    Tensor black = Tensor.zeros(3, 8, 32);
    Tensor white = Tensor.zeros(3, 8, 32);
    Arrays.fill(white.values(), 1);

    byte[] picture = assemble(plan, List.of(black, white), List.of());

    for (int x = 0; x < 40; x++) { // the seam: latent samples 8 to 11, pixels 16 to 23
      float share = Math.max(0, Math.min(1, (x - 16 + 0.5f) / 8));
      assertThat(picture[3 * x]).isEqualTo(PixelRows.toByte(share));
    }
  }

  @Test
  void fadesDownwardsToo() throws IOException {
    TilePlan plan = TilePlan.of(new LatentExtent(20, 4), 8, 4);
    Tensor black = Tensor.zeros(3, 32, 8);
    Tensor white = Tensor.zeros(3, 32, 8);
    Arrays.fill(white.values(), 1);

    byte[] picture = assemble(plan, List.of(black, white), List.of());

    for (int y = 0; y < 40; y++) {
      float share = Math.max(0, Math.min(1, (y - 16 + 0.5f) / 8));
      assertThat(picture[3 * 8 * y]).isEqualTo(PixelRows.toByte(share));
    }
  }

  @Test
  void takesAWholeLatentAsOneTile() throws IOException {
    Tensor picture = noise(3, 10, 6);

    byte[] mosaic = assemble(TilePlan.whole(new LatentExtent(5, 3)), List.of(picture), List.of());

    assertThat(mosaic).isEqualTo(allRows(PixelRows.of(picture)));
  }

  @Test
  void refusesToBeReadBeforeItIsComplete() throws IOException {
    try (TileMosaic mosaic = TileMosaic.create(PLAN, FACTOR, folder.resolve("scratch"))) {
      mosaic.accept(3, Tensor.zeros(3, 28, 28));

      assertThat(mosaic.isComplete()).isFalse();
      assertThatThrownBy(() -> mosaic.read(0, new byte[3 * 74]))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> mosaic.accept(4, Tensor.zeros(3, 28, 27)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void isReadAsFarAsItIsComplete_andNeedsNoMoreRoomThanForTheRowsOfTilesInBetween()
      throws IOException {
    List<Tensor> tiles = tilesOf(noise(3, EXTENT.height() * FACTOR, EXTENT.width() * FACTOR));
    byte[] wanted = assemble(PLAN, tiles, List.of());
    byte[] picture = new byte[wanted.length];
    byte[] row = new byte[3 * EXTENT.width() * FACTOR];
    int read = 0;
    try (TileMosaic mosaic = TileMosaic.create(PLAN, FACTOR, folder.resolve("scratch"))) {
      for (int tile = 0; tile < tiles.size(); tile++) {
        mosaic.accept(tile, tiles.get(tile));
        for (; read < mosaic.readableRows(); read++) {
          mosaic.read(read, row);
          System.arraycopy(row, 0, picture, read * row.length, row.length);
        }
      }
      long tileBytes = 4L * tiles.get(0).values().length;
      assertThat(mosaic.scratchBytes()).isEqualTo(2L * PLAN.horizontal().count() * tileBytes);
    }

    assertThat(PLAN.vertical().count()).isGreaterThan(2);
    assertThat(picture).isEqualTo(wanted);
  }

  @Test
  void leavesNoScratchFileBehind() throws IOException {
    assemble(PLAN, tilesOf(noise(3, 46, 74)), List.of());

    assertThat(folder).isEmptyDirectory();
  }

  /** All rows of the picture; an empty order means the plan's. */
  private byte[] assemble(TilePlan plan, List<Tensor> tiles, List<Integer> order)
      throws IOException {
    try (TileMosaic mosaic = TileMosaic.create(plan, FACTOR, folder.resolve("scratch"))) {
      for (int n = 0; n < tiles.size(); n++) {
        int tile = order.isEmpty() ? n : order.get(n);
        mosaic.accept(tile, tiles.get(tile));
      }
      return allRows(mosaic);
    }
  }

  private static byte[] allRows(PixelRows rows) throws IOException {
    int length = 3 * rows.extent().width();
    byte[] all = new byte[length * rows.extent().height()];
    byte[] row = new byte[length];
    for (int y = 0; y < rows.extent().height(); y++) {
      rows.read(y, row);
      System.arraycopy(row, 0, all, y * length, length);
    }
    return all;
  }

  private static List<Tensor> tilesOf(Tensor picture) {
    List<Tensor> tiles = new ArrayList<>();
    for (LatentCut tile : PLAN.tiles()) {
      Tensor pixels = Tensor.zeros(3, tile.height() * FACTOR, tile.width() * FACTOR);
      int height = tile.height() * FACTOR;
      int width = tile.width() * FACTOR;
      for (int row = 0; row < 3 * height; row++) {
        int y = tile.top() * FACTOR + row % height;
        int from = (row / height * EXTENT.height() * FACTOR + y) * EXTENT.width() * FACTOR;
        System.arraycopy(
            picture.values(), from + tile.left() * FACTOR, pixels.values(), row * width, width);
      }
      tiles.add(pixels);
    }
    return tiles;
  }

  private static Tensor noise(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(5);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = random.nextFloat();
    }
    return tensor;
  }
}
