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
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
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

  /** A half is one row of a forward: two halves of as many guided views as the size says. */
  @Test
  void forwardsAreNoLargerThanTheirSize() {
    for (int size = 1; size <= 5; size++) {
      ViewGroups groups = groups(size, false, true, true, 0, 10, 12, 13, 14, 20, 24);
      for (ViewBatch batch : groups.batches()) {
        boolean isPairs = batch.half() == GuidanceHalf.BOTH && !batch.sharesUnconditional();
        int most = isPairs ? size : 2 * size;
        assertThat(batch.rows()).as("of %s", size).hasSizeLessThanOrEqualTo(most);
        assertThat(batch.guidedViews()).as("of %s", size).isLessThanOrEqualTo(1.5 * size);
      }
    }
  }

  @Test
  void aViewInTwoRegionsIsOneUnit_unlessHalvesAreUnits() {
    ViewGroups groups = groups(1, false, true, true, 12);

    assertThat(groups.batches())
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.rows()).extracting(ViewBatch.Row::prompt).containsExactly(0, 1);
              assertThat(batch.sharesUnconditional()).isTrue();
              assertThat(batch.tileRows().count()).isEqualTo(1);
              assertThat(batch.tiles()).isEqualTo(1);
              assertThat(batch.guidedViews()).isEqualTo(1.5);
            });
    assertThat(groups(1, true, true, true, 12).batches())
        .extracting(ViewBatch::half)
        .containsExactly(GuidanceHalf.TEXT, GuidanceHalf.TEXT, GuidanceHalf.UNCONDITIONAL);
  }

  /** Three texts and what they share are more than two halves' worth of one view. */
  @Test
  void aViewOfManyTextsIsSeveralUnits() {
    RegionWeights weights = weights("0,0,0.4,1", "0.4,0,0.6,1");
    ViewGroups groups = new ViewGroups(new Rules(1, false, true, true), weights);

    groups.add(List.of(new View.Dilated(new Dilation(LATENT, 4), offset(), micro())));

    assertThat(groups.batches())
        .extracting(batch -> batch.rows().size() + " " + batch.half())
        .containsExactly("2 TEXT", "1 TEXT", "1 UNCONDITIONAL");
  }

  private static Dilation.Offset offset() {
    return new Dilation.Offset(0, 0);
  }

  @Test
  void mixesWhatIsGuidedByTheRegionsWeights() {
    ViewGroups groups = groups(1, true, true, true, 12);
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

    Tensor mixed = Objects.requireNonNull(mix(group, answers, HALVES, GUIDANCE).get(0));

    // 1 + 5·(3 − 1) where the region is, 1 + 5·(2 − 1) where it is not: columns 12 to 15, 16 to 19
    for (int n = 0; n < mixed.values().length; n++) {
      assertThat(mixed.values()[n]).as("sample %s", n).isEqualTo(n % SIDE < 4 ? 11 : 6);
    }
  }

  /** What a group gives, put together again: by view, (1, channels, side, side). */
  private static Map<Integer, Tensor> mix(
      ViewGroup group, List<Tensor> answers, RegionWeights weights, Guidance guidance) {
    int[] shape = answers.get(0).shape().clone();
    shape[0] = 1;
    Map<Integer, Tensor> mixed = new HashMap<>();
    Map<Integer, Integer> rowsSeen = new HashMap<>();
    group.mix(
        answers,
        weights,
        guidance,
        (view, number, firstRow, rows, samples) -> {
          Tensor whole = mixed.computeIfAbsent(number, any -> Tensor.zeros(shape));
          assertThat(firstRow).isEqualTo(rowsSeen.getOrDefault(number, 0));
          rowsSeen.put(number, firstRow + rows);
          for (int channel = 0; channel < shape[1]; channel++) {
            int to = (channel * shape[2] + firstRow) * shape[3];
            int count = rows * shape[3];
            System.arraycopy(samples, channel * count, whole.values(), to, count);
          }
        });
    assertThat(rowsSeen.values()).allMatch(rows -> rows == shape[2]).hasSize(group.views().size());
    int first = group.views().get(0).number();
    Map<Integer, Tensor> fromZero = new HashMap<>();
    mixed.forEach((number, tensor) -> fromZero.put(number - first, tensor));
    return fromZero;
  }

  /** ε = Σ W ∘ ε_r in the order of the prompts, from the formulas and sample by sample. */
  @ParameterizedTest
  @CsvSource({
    "1, true, 0",
    "3, false, 0",
    "1, true, 0.7",
    "3, false, 0.7",
    "1, false, 0",
    "2, false, 0.7"
  })
  void mixesToTheBit_whateverTheSizesOfUnits(int size, boolean halves, float rescale) {
    Guidance guidance = new Guidance(7.5f, rescale);
    Dilation dilation = new Dilation(new LatentExtent(70, 90), 4);
    RegionWeights weights = weights(dilation, 40.0, "0,0,0.6,1", "0.5,0,1,1");
    ViewGroups groups = new ViewGroups(new Rules(size, halves, true, true), weights);
    int side = 40; // more samples than are weighed at once
    List<View> views = new ArrayList<>();
    for (int left : new int[] {20, 25, 30}) {
      views.add(new View.Local(new Window(-3, left, side, side), micro()));
    }
    groups.add(views);
    int area = side * side;
    Random random = new Random(5);
    Map<Integer, Tensor> predictions = new HashMap<>(); // by 10·view + prompt
    for (int batch = 0; batch < groups.batches().size(); batch = next(groups, batch)) {
      ViewGroup group = Objects.requireNonNull(groups.groupOf(batch));
      List<Tensor> answers = new ArrayList<>();
      for (ViewBatch each : group.batches()) {
        Tensor answer = Tensor.zeros(each.rows().size(), 2, side, side);
        for (int n = 0; n < answer.values().length; n++) {
          answer.values()[n] = (float) random.nextGaussian();
        }
        for (int row = 0; row < each.rows().size(); row++) {
          Tensor one = Tensor.zeros(1, 2, side, side);
          System.arraycopy(answer.values(), row * 2 * area, one.values(), 0, 2 * area);
          predictions.put(10 * each.rows().get(row).number() + each.rows().get(row).prompt(), one);
        }
        answers.add(answer);
      }

      Map<Integer, Tensor> mixed = mix(group, answers, weights, guidance);

      for (int view = 0; view < group.views().size(); view++) {
        int number = group.views().get(view).number();
        float[] wanted = new float[2 * area];
        for (int prompt : weights.promptsIn(views.get(number))) {
          Tensor text = Objects.requireNonNull(predictions.get(10 * number + prompt));
          Tensor other = predictions.get(10 * number + ViewGroups.EVERY_PROMPT);
          // Null: the worker has guided it.
          float[] guided = other == null ? text.values() : guidance.apply(text, other).values();
          float[] weight = weights.in(views.get(number), prompt);
          for (int n = 0; n < wanted.length; n++) {
            float part = weight[n % area] * guided[n];
            wanted[n] = prompt == group.views().get(view).prompt() ? part : wanted[n] + part;
          }
        }
        assertThat(Objects.requireNonNull(mixed.get(view)).values()).isEqualTo(wanted);
      }
    }
    assertThat(predictions).hasSize(halves ? 9 : 6);
  }

  private static int next(ViewGroups groups, int batch) {
    return Objects.requireNonNull(groups.groupOf(batch)).last() + 1;
  }

  /** Windows too that lie partly outside, and regions of which a window has one sample alone. */
  @Test
  void aPromptCountsInAView_whereAnyOfItsSamplesDoes() {
    RegionWeights weights = weights("0,0,0.25,0.5", "0.6,0.7,0.65,1", "0.9,0,1,1");

    for (int top = -3; top <= 3; top++) {
      for (int left = -3; left <= LATENT.width() - SIDE + 3; left++) {
        View view = new View.Local(new Window(top, left, SIDE, SIDE), micro());
        assertThat(weights.promptsIn(view))
            .as("%s", view)
            .containsExactlyElementsOf(counting(weights, view));
      }
    }
    Dilation dilation = new Dilation(LATENT, 4);
    for (Dilation.Offset offset : dilation.offsets()) {
      View view = new View.Dilated(dilation, offset, micro());
      assertThat(weights.promptsIn(view)).containsExactlyElementsOf(counting(weights, view));
    }
  }

  private static List<Integer> counting(RegionWeights weights, View view) {
    List<Integer> counting = new ArrayList<>();
    for (int prompt = 0; prompt < weights.prompts(); prompt++) {
      float sum = 0;
      for (float weight : weights.in(view, prompt)) {
        sum += weight;
      }
      if (sum > 0) {
        counting.add(prompt);
      }
    }
    return counting;
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
    return weights(new Dilation(LATENT, 4), 0, areas);
  }

  private static RegionWeights weights(Dilation dilation, double feather, String... areas) {
    List<Region> regions = new ArrayList<>();
    for (String area : areas) {
      regions.add(new Region(RegionRectangle.parse(area), null, "a house", null, null, feather));
    }
    return RegionWeights.of(
        new RegionSettings(regions, 0), dilation, AreaPlace.all(dilation.extent().toPixels(8)), 0);
  }

  private static MicroConditioning micro() {
    return new MicroConditioning(64, 256, 0, 0, 64, 256);
  }
}
