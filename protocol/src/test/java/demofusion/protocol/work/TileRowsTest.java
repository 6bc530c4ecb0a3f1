package demofusion.protocol.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileRowsTest {
  private static final List<String> TEXTS = List.of("a", "b", "c", "a", "b", "c");

  /** Three tiles, full of 0, 1 and 2, under two texts, one, and three. */
  private static final Work.PredictNoise WORK = work(new TileRows(List.of(0, 0, 1, 2, 2, 2)), 3);

  private static Work.PredictNoise work(TileRows rows, int tiles) {
    Tensor all = Tensor.zeros(tiles, 1, 2, 2);
    for (int n = 0; n < all.values().length; n++) {
      all.values()[n] = Math.floorDiv(n, 4);
    }
    List<MicroConditioning> places = new ArrayList<>();
    TEXTS.forEach(text -> places.add(new MicroConditioning(8, 8, places.size(), 0, 8, 8)));
    return new Work.PredictNoise(
        all,
        1,
        places,
        TEXTS.stream().map(AssetId::new).toList(),
        new Guidance(5, 0),
        GuidanceHalf.BOTH,
        1,
        Additions.NONE,
        ExtraConditioning.NONE,
        rows);
  }

  private static List<Integer> firstSamples(Tensor tiles) {
    List<Integer> first = new ArrayList<>();
    for (int n = 0; n < tiles.values().length; n += 4) {
      first.add((int) tiles.values()[n]);
    }
    return first;
  }

  @Test
  void everyViewHasItsTile_onceTheyAreSpread() {
    Work.PredictNoise spread = TileRows.spread(WORK);

    assertThat(firstSamples(spread.tiles())).containsExactly(0, 0, 1, 2, 2, 2);
    assertThat(spread.rows()).isEqualTo(TileRows.each(6));
    assertThat(spread.conditioning()).isEqualTo(WORK.conditioning());
    assertThat(TileRows.spread(spread)).isSameAs(spread);
  }

  @ParameterizedTest
  @CsvSource({"0, 6", "0, 1", "1, 3", "1, 4", "2, 5", "5, 6", "3, 3"})
  void someViewsHaveWhatTheyHadAmongAll(int from, int to) {
    Work.PredictNoise some = WORK.views(from, to);

    Work.PredictNoise spread = TileRows.spread(some);
    assertThat(firstSamples(spread.tiles()))
        .isEqualTo(firstSamples(TileRows.spread(WORK).tiles()).subList(from, to));
    assertThat(some.conditioning()).isEqualTo(WORK.conditioning().subList(from, to));
    assertThat(some.tiles().shape()[0]).isEqualTo(some.rows().count());
  }

  /** In guided views: six text halves, and three that are shared. */
  @Test
  void textsOfATileCountOneUnconditionalHalf() {
    assertThat(WORK.tileCount()).isEqualTo(4.5);
    assertThat(work(TileRows.each(6), 6).tileCount()).isEqualTo(6);
    assertThat(WORK.rows().firstViews()).containsExactly(0, 2, 3);
  }

  @Test
  void refusesTilesThatAreLeftOut_orAreNotThere() {
    assertThatThrownBy(() -> new TileRows(List.of(0, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0, 2]");
    assertThatThrownBy(() -> new TileRows(List.of(1))).hasMessageContaining("[1]");
    assertThatThrownBy(() -> new TileRows(List.of(0, 1, 0))).hasMessageContaining("[0, 1, 0]");
    assertThatThrownBy(() -> work(new TileRows(List.of(0, 0, 1, 2, 2, 2)), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32[2, 1, 2, 2]");
    assertThatThrownBy(() -> work(TileRows.each(5), 5)).hasMessageContaining("6 texts");
  }
}
