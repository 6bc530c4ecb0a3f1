package demofusion.coordinator.diffusion.view;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Laws;
import demofusion.protocol.latent.LatentExtent;
import org.junit.jupiter.api.Test;

class DilationTest {
  @Test
  void scatteringWhatWasGatheredGivesTheLatentBack() {
    Laws.forAll(
        200,
        draw ->
            scatteringWhatWasGatheredGivesTheLatentBack(
                draw.between(1, 20), draw.between(1, 20), draw.between(1, 6)));
  }

  private static void scatteringWhatWasGatheredGivesTheLatentBack(
      int height, int width, int factor) {
    int channels = 2;
    Dilation dilation = new Dilation(new LatentExtent(height, width), factor);
    float[] latent = new float[channels * height * width];
    for (int n = 0; n < latent.length; n++) {
      latent[n] = n + 1;
    }
    float[] padded = new float[channels * dilation.paddedExtent().area()];
    dilation.pad(latent, channels, padded);
    float[] tile = new float[channels * dilation.subExtent().area()];
    float[] back = new float[latent.length];

    for (Dilation.Offset offset : dilation.offsets()) {
      dilation.gather(padded, channels, offset, 1, tile, 0);
      dilation.scatter(tile, 0, 1, back, channels, offset);
    }

    assertThat(back).isEqualTo(latent);
  }

  @Test
  void padsAtTheTopAndLeft_whenSidesAreNoMultiples() {
    Dilation dilation = new Dilation(new LatentExtent(3, 4), 2);

    float[] padded = new float[16];
    dilation.pad(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 1, padded);

    assertThat(dilation.topPadding()).isEqualTo(1);
    assertThat(dilation.leftPadding()).isZero();
    assertThat(padded).containsExactly(0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  }
}
