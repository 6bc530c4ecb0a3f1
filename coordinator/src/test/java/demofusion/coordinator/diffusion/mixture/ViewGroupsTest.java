package demofusion.coordinator.diffusion.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.coordinator.diffusion.mixture.ViewGroups.Rules;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewGroupsTest {
  private static final LatentExtent LATENT = new LatentExtent(8, 32);
  private static final int SIDE = 8;
  private static final Guidance GUIDANCE = new Guidance(5, 0);

  /** The left half, and the base prompt right of it, with a straight line between. */
  private static final RegionWeights HALVES = weights("0,0,0.5,1");

  @Test
  void aViewInOneRegionIsAnOrdinaryView() {
    ViewGroups groups = groups(4, false, true, true, 0, 16, 24);

    assertThat(groups.batches())
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.half()).isEqualTo(GuidanceHalf.BOTH);
              assertThat(batch.rows()).extracting(ViewBatch.Row::prompt).containsExactly(1, 0, 0);
              assertThat(groups.groupOf(0)).isNull();
            });
  }

  /** In guided views: half a one for each text, and half a one for what all of them share. */
  @ParameterizedTest
  @CsvSource({
    "1, false, true, true, 1.5",
    "4, true, true, true, 1.5",
    "1, false, true, false, 2",
    "1, true, true, false, 2",
    "1, false, false, true, 2",
  })
  void aViewInTwoRegionsCostsWhatTheSpecificationSays(
      int size, boolean halves, boolean isGuided, boolean sharesNegative, double cost) {
    ViewGroups groups = groups(size, halves, isGuided, sharesNegative, 12);

    double sum = groups.batches().stream().mapToDouble(ViewBatch::guidedViews).sum();
    double tiles = groups.batches().stream().mapToDouble(ViewBatch::tiles).sum();

    assertThat(sum).isEqualTo(cost);
    assertThat(tiles).isCloseTo(1, within(1e-12));
  }

  @Test
  void unitsAreNoLargerThanTheirSize() {
    for (int size = 1; size <= 5; size++) {
      ViewGroups groups = groups(size, false, true, true, 0, 10, 12, 13, 14, 20, 24);
      for (ViewBatch batch : groups.batches()) {
        int most = batch.half() == GuidanceHalf.BOTH ? size : 2 * size;
        assertThat(batch.rows()).as("of %s", size).hasSizeLessThanOrEqualTo(most);
      }
    }
  }

  @Test
  void mixesWhatIsGuidedByTheRegionsWeights() {
    ViewGroups groups = groups(1, false, true, true, 12);
    ViewGroup group = Objects.requireNonNull(groups.groupOf(0));
    List<Tensor> answers = new ArrayList<>();
    for (ViewBatch batch : group.batches()) {
      Tensor answer = Tensor.zeros(batch.rows().size(), 1, SIDE, SIDE);
      for (int n = 0; n < answer.values().length; n++) {
        int prompt = batch.rows().get(n / (SIDE * SIDE)).prompt();
        answer.values()[n] = prompt < 0 ? 1 : 2 + prompt; // what is shared: 1
      }
      answers.add(answer);
    }

    Tensor mixed = group.mix(answers, HALVES, GUIDANCE);

    // 1 + 5·(3 − 1) where the region is, 1 + 5·(2 − 1) where it is not: columns 12 to 15, 16 to 19
    for (int n = 0; n < mixed.values().length; n++) {
      assertThat(mixed.values()[n]).as("sample %s", n).isEqualTo(n % SIDE < 4 ? 11 : 6);
    }
  }

  @Test
  void aDilatedViewMeetsWhateverIsInThePicture() {
    Dilation dilation = new Dilation(LATENT, 4);
    ViewGroups groups = new ViewGroups(new Rules(1, false, true, true), HALVES);

    groups.add(List.of(new View.Dilated(dilation, new Dilation.Offset(0, 0), micro())));

    assertThat(groups.batches().get(0).rows())
        .extracting(ViewBatch.Row::prompt)
        .containsExactly(0, 1);
  }

  @Test
  void weightsAddUpToOne_whateverOverlaps() {
    RegionWeights weights = weights("0,0,0.7,0.6", "0.3,0.2,1,1", "0.1,0,0.4,1");

    for (int n = 0; n < LATENT.area(); n++) {
      double sum = 0;
      for (int prompt = 0; prompt < weights.prompts(); prompt++) {
        sum += weights.of(prompt)[n];
      }
      assertThat(sum).as("sample %s", n).isCloseTo(1, within(1e-6));
    }
  }

  private static ViewGroups groups(
      int size, boolean halves, boolean isGuided, boolean sharesNegative, int... lefts) {
    ViewGroups groups = new ViewGroups(new Rules(size, halves, isGuided, sharesNegative), HALVES);
    List<View> views = new ArrayList<>();
    for (int left : lefts) {
      views.add(new View.Local(new Window(0, left, SIDE, SIDE), micro()));
    }
    groups.add(views);
    return groups;
  }

  private static RegionWeights weights(String... areas) {
    List<Region> regions = new ArrayList<>();
    for (String area : areas) {
      regions.add(new Region(RegionRectangle.parse(area), null, "a house", null, null, 0.0));
    }
    return RegionWeights.of(
        new RegionSettings(regions, 0),
        new Dilation(LATENT, 4),
        AreaPlace.all(new PixelExtent(256, 64)),
        0);
  }

  private static MicroConditioning micro() {
    return new MicroConditioning(64, 256, 0, 0, 64, 256);
  }
}
