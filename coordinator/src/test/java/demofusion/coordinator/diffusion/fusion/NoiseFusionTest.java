package demofusion.coordinator.diffusion.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.coordinator.diffusion.view.BlockWeights;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.LocalWindows;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.Laws;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of fused predictions whatever the windows, their weights and the unit of work. */
class NoiseFusionTest {
  private static final int SIDE = 16;
  private static final int CHANNELS = 2;
  private static final MicroConditioning WHOLE = new MicroConditioning(1, 1, 0, 0, 1, 1);

  @Test
  void uniformWeightsFuseAsTheMeanDoes_bitForBit() {
    Laws.forAll(
        60,
        draw -> {
          LatentExtent extent = new LatentExtent(draw.between(16, 60), draw.between(16, 60));
          LocalWindows windows = new LocalWindows(extent, SIDE, draw.between(1, SIDE));
          List<View> local = local(windows.jittered(new PythonRandom(draw.between(0, 999))));
          List<View> dilated = dilated(new Dilation(extent, draw.between(1, 4)));
          int seed = draw.between(0, 999);
          float share = (float) draw.between(0.0, 1.0);

          float[] mean = fuse(extent, local, List.of(), dilated, share, seed, 1);
          List<BlockWeights> uniform = windows.weights(WindowWeights.UNIFORM);

          assertThat(fuse(extent, local, uniform, dilated, share, seed, draw.between(1, 9)))
              .isEqualTo(mean);
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatAllWindowsAgreeOnIsTheResult(WindowWeights kind) {
    Laws.forAll(
        40,
        draw -> {
          LatentExtent extent = new LatentExtent(draw.between(16, 60), draw.between(16, 60));
          LocalWindows windows =
              new LocalWindows(extent, SIDE, draw.between(1, SIDE), WindowSpacing.EVEN);
          List<View> local = local(windows.jittered(new PythonRandom(draw.between(0, 999))));
          NoiseFusion fusion = new NoiseFusion(CHANNELS, extent);
          fusion.open(local, windows.weights(kind), 0, null);

          Tensor same = Tensor.zeros(local.size(), CHANNELS, SIDE, SIDE);
          Arrays.fill(same.values(), 1);
          fusion.add(ViewBatch.of(0, 0, local, GuidanceHalf.BOTH), same);

          for (float value : fusion.close()) {
            assertThat(value).isBetween(1 - 1e-6f, 1 + 1e-6f);
          }
        });
  }

  /** As a mixture of several predictions is added, which nobody holds whole. */
  @ParameterizedTest
  @EnumSource
  void addsAViewInRowsAsItAddsAllOfIt(WindowWeights kind) {
    Laws.forAll(
        40,
        draw -> {
          LatentExtent extent = new LatentExtent(draw.between(16, 60), draw.between(16, 60));
          LocalWindows windows = new LocalWindows(extent, SIDE, draw.between(4, SIDE));
          List<View> views = local(windows.jittered(new PythonRandom(draw.between(0, 999))));
          List<View> dilated = dilated(new Dilation(extent, draw.between(1, 4)));
          List<BlockWeights> weights = windows.weights(kind);
          int seed = draw.between(0, 999);
          int band = draw.between(1, SIDE);

          NoiseFusion fusion = new NoiseFusion(CHANNELS, extent);
          fusion.open(views, weights, 0.3f, null);
          Random random = new Random(seed);
          addInRows(fusion, views, band, random);
          addInRows(fusion, dilated, band, random);

          assertThat(fusion.close())
              .isEqualTo(fuse(extent, views, weights, dilated, 0.3f, seed, 1));
        });
  }

  private static void addInRows(NoiseFusion fusion, List<View> views, int band, Random random) {
    for (int number = 0; number < views.size(); number++) {
      LatentExtent tile = views.get(number).extent();
      float[] noise = new float[CHANNELS * tile.area()];
      for (int n = 0; n < noise.length; n++) {
        noise[n] = (float) random.nextGaussian();
      }
      for (int row = 0; row < tile.height(); row += band) {
        int rows = Math.min(band, tile.height() - row);
        int count = rows * tile.width();
        float[] some = new float[CHANNELS * count + 3];
        for (int channel = 0; channel < CHANNELS; channel++) {
          int from = (channel * tile.height() + row) * tile.width();
          System.arraycopy(noise, from, some, channel * count, count);
        }
        fusion.addRows(views.get(number), number, row, rows, some);
      }
    }
  }

  private static float[] fuse(
      LatentExtent extent,
      List<View> local,
      List<BlockWeights> weights,
      List<View> dilated,
      float share,
      int seed,
      int unit) {
    NoiseFusion fusion = new NoiseFusion(CHANNELS, extent);
    Random random = new Random(seed);
    fusion.open(local, weights, share, null);
    add(fusion, local, unit, random);
    add(fusion, dilated, unit, random);
    return fusion.close().clone();
  }

  private static void add(NoiseFusion fusion, List<View> views, int unit, Random random) {
    for (int from = 0; from < views.size(); from += unit) {
      List<View> batch = views.subList(from, Math.min(views.size(), from + unit));
      LatentExtent tile = batch.get(0).extent();
      Tensor noise = Tensor.zeros(batch.size(), CHANNELS, tile.height(), tile.width());
      for (int n = 0; n < noise.values().length; n++) {
        noise.values()[n] = (float) random.nextGaussian();
      }
      fusion.add(ViewBatch.of(from, from, batch, GuidanceHalf.BOTH), noise);
    }
  }

  private static List<View> local(List<Window> windows) {
    List<View> views = new ArrayList<>();
    windows.forEach(window -> views.add(new View.Local(window, WHOLE)));
    return views;
  }

  private static List<View> dilated(Dilation dilation) {
    List<View> views = new ArrayList<>();
    dilation.offsets().forEach(offset -> views.add(new View.Dilated(dilation, offset, WHOLE)));
    return views;
  }
}
