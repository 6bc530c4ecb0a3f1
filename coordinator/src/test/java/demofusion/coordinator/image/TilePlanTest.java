package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.Laws;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class TilePlanTest {
  @Test
  void isOneTile_whenTheLatentFitsWithItsContext() {
    assertThat(TilePlan.of(new LatentExtent(80, 96), 64, 16).tiles())
        .containsExactly(new LatentCut(0, 0, 80, 96));
    assertThat(TilePlan.of(new LatentExtent(80, 97), 64, 16).tiles()).hasSize(2);
  }

  @Test
  void spreadsTilesEvenly() {
    assertThat(TilePlan.of(new LatentExtent(96, 200), 64, 16).tiles())
        .containsExactly(
            new LatentCut(0, 0, 96, 96),
            new LatentCut(0, 52, 96, 96),
            new LatentCut(0, 104, 96, 96));
  }

  @Test
  void refusesMoreOverlapThanCore() {
    assertThatThrownBy(() -> TilePlan.of(new LatentExtent(9, 9), 7, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void surveysTheWholeLatent() {
    List<LatentCut> cuts = TilePlan.survey(new LatentExtent(512, 100), 128, 3);

    assertThat(cuts)
        .containsExactly(
            new LatentCut(0, 0, 128, 100),
            new LatentCut(192, 0, 128, 100),
            new LatentCut(384, 0, 128, 100));
  }

  @Test
  void cutsEveryChannel() {
    Latent latent = Latent.zeros(2, new LatentExtent(3, 4));
    for (int n = 0; n < latent.samples().length; n++) {
      latent.samples()[n] = n;
    }

    Samples samples = Samples.of(latent);
    assertThat(new LatentCut(1, 2, 2, 2).from(samples))
        .isEqualTo(new Tensor(new int[] {2, 2, 2}, new float[] {6, 7, 10, 11, 18, 19, 22, 23}));
    assertThat(
            LatentCut.stack(samples, List.of(new LatentCut(0, 0, 1, 1), new LatentCut(2, 3, 1, 1))))
        .isEqualTo(new Tensor(new int[] {2, 2, 1, 1}, new float[] {0, 12, 11, 23}));
  }

  @Test
  void everySeamLiesWithinItsTwoTilesAndTouchesNoOther() {
    Laws.forAll(
        1000,
        draw ->
            everySeamLiesWithinItsTwoTilesAndTouchesNoOther(
                draw.between(1, 3000), draw.between(1, 40), draw.between(0, 60)));
  }

  private static void everySeamLiesWithinItsTwoTilesAndTouchesNoOther(
      int size, int overlap, int more) {
    TileAxis axis = TileAxis.of(size, 2 * overlap + more, overlap);

    assertThat(axis.starts().get(0)).isZero();
    assertThat(axis.starts().get(axis.count() - 1) + axis.length()).isEqualTo(size);
    for (int tile = 0; tile + 1 < axis.count(); tile++) {
      int seam = axis.seamBehind(tile);
      int context = overlap / 2; // beyond the seam, on either side
      assertThat(seam).isGreaterThanOrEqualTo(axis.starts().get(tile + 1) + context);
      assertThat(seam + axis.seam() + context)
          .isLessThanOrEqualTo(axis.starts().get(tile) + axis.length());
      assertThat(axis.usedTo(tile)).isLessThanOrEqualTo(axis.seamBehind(tile + 1));
    }
  }
}
