package demofusion.coordinator.diffusion.view;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenModes;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.LatentExtent;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spacing, weights and weighted fusion against the reference (modes section 12). */
class GoldenWindowsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void placesAndWeighsWindowsAsTheReferenceDoes(int number) {
    String name = "windows." + number + ".";
    int[] parameters = GoldenModes.integers(name + "parameters"); // n, S, stride, even
    int side = parameters[1];
    WindowSpacing spacing = parameters[3] == 1 ? WindowSpacing.EVEN : WindowSpacing.REFERENCE;
    LatentExtent extent = new LatentExtent(side, parameters[0]);

    List<Window> windows = new LocalWindows(extent, side, parameters[2], spacing).unjittered();

    int[] starts = GoldenModes.integers(name + "starts");
    assertThat(windows.stream().mapToInt(Window::left).toArray()).isEqualTo(starts);
    for (WindowWeights kind : WindowWeights.values()) {
      if (kind != WindowWeights.UNIFORM) {
        GoldenModes.assertAgrees(oneAfterTheOther(AxisWeights.of(starts, side, kind)), name + kind);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void fusesJitteredWindowsAsTheReferenceDoes(WindowWeights kind) {
    int[] parameters = GoldenModes.integers("fuse.parameters"); // height, width, S, stride
    int side = parameters[2];
    LatentExtent extent = new LatentExtent(parameters[0], parameters[1]);
    int[] tops = GoldenModes.integers("fuse.tops");
    int[] lefts = GoldenModes.integers("fuse.lefts");
    float[] tiles = GoldenModes.values("fuse.values");
    int channels = tiles.length / (tops.length * side * side);
    List<BlockWeights> weights =
        new LocalWindows(extent, side, parameters[3], WindowSpacing.EVEN).weights(kind);
    float[] fused = new float[channels * extent.area()];
    float[] total = new float[extent.area()];

    for (int n = 0; n < tops.length; n++) {
      Window window = new Window(tops[n], lefts[n], side, side);
      int at = n * channels * side * side;
      WindowCopy.add(tiles, at, fused, extent, channels, window, weights.get(n));
      WindowCopy.weigh(total, extent, window, weights.get(n), 0, extent.height());
    }
    for (int n = 0; n < fused.length; n++) {
      fused[n] /= total[n % total.length];
    }

    GoldenModes.assertAgrees(fused, "fuse." + kind);
  }

  private static float[] oneAfterTheOther(List<double[]> weights) {
    int side = weights.get(0).length;
    float[] all = new float[weights.size() * side];
    for (int n = 0; n < all.length; n++) {
      all[n] = (float) weights.get(n / side)[n % side];
    }
    return all;
  }
}
