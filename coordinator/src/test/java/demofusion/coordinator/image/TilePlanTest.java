package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TilePlanTest {
  @Example
  void isOneTile_whenTheLatentFitsWithItsContext() {
    assertThat(TilePlan.of(new LatentExtent(80, 96), 64, 16).tiles())
        .containsExactly(new LatentCut(0, 0, 80, 96));
    assertThat(TilePlan.of(new LatentExtent(80, 97), 64, 16).tiles()).hasSize(2);
  }

  @Example
  void spreadsTilesEvenly() {
    assertThat(TilePlan.of(new LatentExtent(96, 200), 64, 16).tiles())
        .containsExactly(
            new LatentCut(0, 0, 96, 96),
            new LatentCut(0, 52, 96, 96),
            new LatentCut(0, 104, 96, 96));
  }

  @Example
  void refusesMoreOverlapThanCore() {
    assertThatThrownBy(() -> TilePlan.of(new LatentExtent(9, 9), 7, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void surveysTheWholeLatent() {
    List<LatentCut> cuts = TilePlan.survey(new LatentExtent(512, 100), 128, 3);

    assertThat(cuts)
        .containsExactly(
            new LatentCut(0, 0, 128, 100),
            new LatentCut(192, 0, 128, 100),
            new LatentCut(384, 0, 128, 100));
  }

  @Example
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

  @Property
  void everySeamLiesWithinItsTwoTilesAndTouchesNoOther(
      @ForAll @IntRange(min = 1, max = 3000) int size,
      @ForAll @IntRange(min = 1, max = 40) int overlap,
      @ForAll @IntRange(min = 0, max = 60) int more) {
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
