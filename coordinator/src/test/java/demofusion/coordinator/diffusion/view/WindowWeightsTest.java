package demofusion.coordinator.diffusion.view;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.protocol.Laws;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.LatentExtent;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of spaced and weighted windows whatever the sizes, strides and jitter. */
class WindowWeightsTest {
  private static final int SIDE = 16;
  private static final int CHANNELS = 2;

  @ParameterizedTest
  @EnumSource
  void everySampleHasSomeWeight_whateverTheSizesAndTheJitter(WindowWeights kind) {
    Laws.forAll(
        200,
        draw -> {
          LatentExtent extent = new LatentExtent(draw.between(1, 60), draw.between(1, 60));
          WindowSpacing spacing = draw.either() ? WindowSpacing.EVEN : WindowSpacing.REFERENCE;
          int stride = draw.between(1, SIDE);
          LocalWindows windows = new LocalWindows(extent, SIDE, stride, spacing);
          List<Window> jittered = windows.jittered(new PythonRandom(draw.between(0, 1000)));

          float[] total = total(extent, jittered, windows.weights(kind));

          for (float weight : total) {
            assertThat(weight).isPositive();
          }
        });
  }

  @Test
  void uniformWeightsAddAndCountAsIfThereWereNone_bitForBit() {
    Laws.forAll(
        100,
        draw -> {
          LatentExtent extent = new LatentExtent(draw.between(1, 60), draw.between(1, 60));
          LocalWindows windows = new LocalWindows(extent, SIDE, draw.between(1, SIDE));
          List<Window> jittered = windows.jittered(new PythonRandom(draw.between(0, 1000)));
          List<BlockWeights> weights = windows.weights(WindowWeights.UNIFORM);
          float[] plain = new float[CHANNELS * extent.area()];
          float[] weighted = new float[plain.length];
          int[] count = new int[extent.area()];
          Random noise = new Random(draw.between(0, 1000));

          for (int n = 0; n < jittered.size(); n++) {
            Window window = jittered.get(n);
            float[] tile = normals(noise, CHANNELS * window.height() * window.width());
            WindowCopy.add(tile, 0, plain, extent, CHANNELS, window);
            WindowCopy.add(tile, 0, weighted, extent, CHANNELS, window, weights.get(n));
            WindowCopy.count(count, extent, window, 0, extent.height());
          }

          assertThat(weighted).isEqualTo(plain);
          float[] total = total(extent, jittered, weights);
          for (int n = 0; n < count.length; n++) {
            assertThat(total[n]).isEqualTo((float) count[n]);
          }
        });
  }

  @Test
  void evenWindowsAreAsManyAsTheReferences_andNeverFurtherApartThanTheStride() {
    Laws.forAll(
        300,
        draw -> {
          LatentExtent extent = new LatentExtent(SIDE, draw.between(1, 300));
          int stride = draw.between(1, SIDE);
          LocalWindows even = new LocalWindows(extent, SIDE, stride, WindowSpacing.EVEN);
          List<Window> windows = even.unjittered();

          assertThat(windows).hasSize(new LocalWindows(extent, SIDE, stride).count());
          assertThat(windows.get(0).left()).isZero();
          for (int n = 1; n < windows.size(); n++) {
            assertThat(windows.get(n).left() - windows.get(n - 1).left()).isBetween(1, stride);
          }
          Window last = windows.get(windows.size() - 1);
          assertThat(last.left() + last.width()).isEqualTo(extent.width());
        });
  }

  @Test
  void evenWindowsAreTheReferencesOwn_whereTheStrideDivides() {
    LatentExtent extent = new LatentExtent(SIDE + 5 * 12, SIDE + 2 * 12);

    assertThat(new LocalWindows(extent, SIDE, 12, WindowSpacing.EVEN).unjittered())
        .isEqualTo(new LocalWindows(extent, SIDE, 12).unjittered());
  }

  @Test
  void weighingBandByBandIsWeighingAtOnce() {
    LatentExtent extent = new LatentExtent(41, 50);
    LocalWindows windows = new LocalWindows(extent, SIDE, 12, WindowSpacing.EVEN);
    List<BlockWeights> weights = windows.weights(WindowWeights.COSINE);
    List<Window> jittered = windows.jittered(new PythonRandom(3));
    float[] total = total(extent, jittered, weights);

    for (int row = 0; row < extent.height(); row++) {
      float[] band = new float[extent.width()];
      for (int n = 0; n < jittered.size(); n++) {
        WindowCopy.weigh(band, extent, jittered.get(n), weights.get(n), row, row + 1);
      }
      for (int column = 0; column < extent.width(); column++) {
        assertThat(band[column]).isEqualTo(total[row * extent.width() + column]);
      }
    }
  }

  private static float[] total(
      LatentExtent extent, List<Window> windows, List<BlockWeights> weights) {
    float[] total = new float[extent.area()];
    for (int n = 0; n < windows.size(); n++) {
      WindowCopy.weigh(total, extent, windows.get(n), weights.get(n), 0, extent.height());
    }
    return total;
  }

  private static float[] normals(Random random, int count) {
    float[] values = new float[count];
    for (int n = 0; n < count; n++) {
      values[n] = (float) random.nextGaussian();
    }
    return values;
  }
}
