package demofusion.coordinator.diffusion.region;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Laws;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of edges whatever the picture. */
class CannyTest {
  @Test
  void findsTheSameEdges_howeverManyRowsAreReadAtOnce() {
    Laws.forAll(
        60,
        draw -> {
          PixelExtent extent = new PixelExtent(draw.between(1, 150), draw.between(1, 90));
          PictureRows rows = Pictures.rows(extent, Pictures.waves(extent, draw.between(0, 999)));
          Canny canny = new Canny(extent, 0, 255);

          EdgeMap atOnce = canny.edges(rows, extent.height());
          EdgeMap inBands = canny.edges(rows, draw.between(1, extent.height()));

          for (int n = 0; n < extent.width() * extent.height(); n++) {
            int row = n / extent.width();
            int column = n % extent.width();
            assertThat(inBands.isEdge(row, column)).isEqualTo(atOnce.isEdge(row, column));
          }
        });
  }

  @Test
  void connectsWhatHangsTogether_alongEveryWay() {
    Laws.forAll(
        150,
        draw -> {
          PixelExtent extent = new PixelExtent(draw.between(1, 200), draw.between(1, 40));
          Random random = new Random(draw.between(0, 100_000));
          boolean[][] weak = new boolean[extent.height()][extent.width()];
          boolean[][] strong = new boolean[extent.height()][extent.width()];
          double density = draw.between(0.1, 0.9);
          EdgeMap map = new EdgeMap(extent);
          for (int row = 0; row < extent.height(); row++) {
            for (int column = 0; column < extent.width(); column++) {
              weak[row][column] = random.nextDouble() < density;
              strong[row][column] = weak[row][column] && random.nextInt(40) == 0;
              if (weak[row][column]) {
                map.mark(row, column, strong[row][column]);
              }
            }
          }

          map.connect();

          flood(weak, strong);
          for (int row = 0; row < extent.height(); row++) {
            int count = 0;
            for (int column = 0; column < extent.width(); column++) {
              assertThat(map.isEdge(row, column)).isEqualTo(strong[row][column]);
              count += strong[row][column] ? 1 : 0;
            }
            assertThat(map.count(row, 0, extent.width())).isEqualTo(count);
          }
        });
  }

  private static void flood(boolean[][] weak, boolean[][] edges) {
    Deque<int[]> open = new ArrayDeque<>();
    for (int row = 0; row < weak.length; row++) {
      for (int column = 0; column < weak[row].length; column++) {
        if (edges[row][column]) {
          open.push(new int[] {row, column});
        }
      }
    }
    while (!open.isEmpty()) {
      int[] at = open.pop();
      for (int row = Math.max(0, at[0] - 1); row <= Math.min(weak.length - 1, at[0] + 1); row++) {
        int last = Math.min(weak[row].length - 1, at[1] + 1);
        for (int column = Math.max(0, at[1] - 1); column <= last; column++) {
          if (weak[row][column] && !edges[row][column]) {
            edges[row][column] = true;
            open.push(new int[] {row, column});
          }
        }
      }
    }
  }

  @Test
  void aFlatPictureGetsTheLeastNoiseEverywhere() {
    PixelExtent extent = new PixelExtent(64, 48);

    RegionDeviation deviation =
        RegionDeviation.of(
            extent,
            Pictures.rows(extent, Pictures.flat(extent)),
            new LatentExtent(6, 8),
            new RegionNoise(0.25, 0.75));

    assertThat(deviation.values()).containsOnly(0.25f);
  }

  @Test
  void aSampleThatCoversNoWholePixelsTakesThoseThatItTouches() {
    PixelExtent extent = new PixelExtent(70, 50);
    EdgeMap map = new EdgeMap(extent);
    map.mark(10, 65, true); // of rows [7, 11) and [10, 15), of columns [63, 70) alone

    float[] values =
        RegionDeviation.of(map, new LatentExtent(14, 10), new RegionNoise(0, 1)).values();

    for (int n = 0; n < values.length; n++) {
      boolean touches = n % 10 == 9 && (n / 10 == 2 || n / 10 == 3);
      assertThat(values[n] > 0).as("sample %s", n).isEqualTo(touches);
    }
  }
}
