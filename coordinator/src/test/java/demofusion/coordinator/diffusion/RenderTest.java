package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

class RenderTest {
  private final RenderPlan plan =
      Renders.plan(Renders.spec().size(192, 136).build(), Renders.SMALL);

  @Test
  void givesTheSameBitsTwice() {
    assertThat(finalLatent(Render.begin(plan))).isEqualTo(finalLatent(Render.begin(plan)));
  }

  @Test
  void givesTheSameBits_whateverTheOrderOfAnswers() {
    Random order = new Random(3);
    Render shuffled = Render.begin(plan);
    float[] latent = {};
    while (!shuffled.isDone()) {
      Timestep timestep = shuffled.openTimestep();
      List<ViewBatch> batches = new ArrayList<>(timestep.batches());
      batches.addAll(batches.subList(0, batches.size() / 2)); // some answers come twice
      Collections.shuffle(batches, order);
      for (ViewBatch batch : batches) {
        timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch));
      }
      latent =
          shuffled.closeTimestep(timestep).map(result -> result.latent().samples()).orElse(latent);
    }

    assertThat(latent).isEqualTo(finalLatent(Render.begin(plan)));
  }

  @ParameterizedTest
  @FieldSource("demofusion.protocol.model.SchedulerKind#OF_FOLDERS")
  void resumesFromEveryCheckpointToTheSameBits(SchedulerKind scheduler) {
    RenderPlan plan =
        Renders.plan(Renders.spec().size(128, 128).scheduler(scheduler).build(), Renders.SMALL);
    float[] wanted = finalLatent(Render.begin(plan));
    HeapStorage kept = new HeapStorage();
    Render render = Render.begin(plan);
    while (!render.isDone()) {
      assertThat(finalLatent(RenderResumption.resume(plan, render.state(), kept)))
          .isEqualTo(wanted);
      Timestep timestep = render.openTimestep();
      timestep
          .batches()
          .forEach(batch -> timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch)));
      render
          .closeTimestep(timestep)
          .ifPresent(end -> kept.keep(end.phase().number(), end.latent()));
    }
  }

  @Test
  void doesNotDependOnTheUnit_whenTheModelDoesNot() {
    RenderSpec inOnes = Renders.spec().size(192, 136).unit(ViewBatchSize.ofViews(1)).build();
    RenderSpec inFives = Renders.spec().size(192, 136).unit(ViewBatchSize.ofViews(5)).build();

    assertThat(finalLatent(Render.begin(Renders.plan(inFives, Renders.SMALL))))
        .isEqualTo(finalLatent(Render.begin(Renders.plan(inOnes, Renders.SMALL))));
  }

  @Test
  void guidesHalvesItself_whenHalvesAreTheUnit() {
    RenderSpec halves = Renders.spec().size(128, 128).unit(ViewBatchSize.half()).build();
    RenderPlan halved = Renders.plan(halves, Renders.SMALL);

    // Both halves predict the same, so guidance changes nothing.
    float[] latent = finalLatent(Render.begin(halved));

    RenderSpec whole = Renders.spec().size(128, 128).unit(ViewBatchSize.ofViews(1)).build();
    assertThat(latent)
        .containsExactly(
            finalLatent(Render.begin(Renders.plan(whole, Renders.SMALL))), Offset.offset(1e-5f));
    assertThat(halved.batches(halved.phases().get(0))).isEqualTo(2);
  }

  @Test
  void keepsTheAnchorsMeanAndDeviation_inEveryUpscaledPhase() {
    List<PhaseResult> results = Render.begin(plan).run(Renders::toyPrediction);

    Moments anchor = Moments.of(results.get(0).latent().samples());
    for (PhaseResult result : results) {
      Moments moments = Moments.of(result.latent().samples());
      assertThat(moments.mean()).isCloseTo(anchor.mean(), Offset.offset(1e-4));
      assertThat(moments.deviation()).isCloseTo(anchor.deviation(), Offset.offset(1e-4));
    }
    assertThat(results).extracting(PhaseResult::last).containsExactly(false, false, true);
  }

  @Test
  void countsForwardsAsThePlanDoes() {
    int[] forwards = {0};

    Render.begin(plan)
        .run(
            (timestep, batch) -> {
              forwards[0]++;
              return Renders.toyPrediction(timestep, batch);
            });

    assertThat(forwards[0]).isEqualTo((int) plan.forwards());
  }

  @Test
  void everySwitchChangesThePicture() {
    float[] whole = finalLatent(Render.begin(plan));
    List<DemoFusionParts> oneOff =
        List.of(
            new DemoFusionParts(false, true, true, true, true),
            new DemoFusionParts(true, false, true, true, true),
            new DemoFusionParts(true, true, false, true, true),
            new DemoFusionParts(true, true, true, false, true),
            new DemoFusionParts(true, true, true, true, false));
    for (DemoFusionParts ablations : oneOff) {
      RenderSpec spec = Renders.spec().size(192, 136).ablations(ablations).build();

      assertThat(finalLatent(Render.begin(Renders.plan(spec, Renders.SMALL))))
          .as("%s", ablations)
          .isNotEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MULTIDIFFUSION", "DIRECT"})
  void baselinesAreOnePhaseAtTheTarget(RenderMethod method) {
    RenderPlan baseline =
        Renders.plan(Renders.spec().size(192, 136).method(method).build(), Renders.SMALL);

    List<PhaseResult> results = Render.begin(baseline).run(Renders::toyPrediction);

    assertThat(results).hasSize(1);
    assertThat(results.get(0).latent().extent().toPixels(8)).isEqualTo(baseline.size());
  }

  @Test
  void startsFromAPicture_andLaterWithLessStrength() {
    RenderPlan full =
        Renders.plan(
            Renders.spec().size(128, 128).source(Tensor.zeros(3, 64, 64), 1).build(),
            Renders.SMALL);
    RenderPlan half =
        Renders.plan(
            Renders.spec().size(128, 128).source(Tensor.zeros(3, 64, 64), 0.5).build(),
            Renders.SMALL);
    WorkResult.EncodedPicture picture =
        new WorkResult.EncodedPicture(
            Tensor.zeros(4, 8, 8), new Tensor(new int[] {4, 8, 8}, filled(256, 0.1f)));

    List<PhaseResult> results = begin(full, picture).run(Renders::toyPrediction);

    assertThat(results).extracting(result -> result.phase().number()).containsExactly(1, 2);
    assertThat(begin(full, picture).step()).isZero();
    assertThat(begin(half, picture).step()).isEqualTo(2);
    assertThat(half.forwards()).isLessThan(full.forwards());
  }

  private static Render begin(RenderPlan plan, WorkResult.EncodedPicture picture) {
    return Render.begin(plan, picture, new HeapStorage());
  }

  private static float[] finalLatent(Render render) {
    if (render.isDone()) {
      return render.state().tensor("latent").toTensor().values();
    }
    List<PhaseResult> results = render.run(Renders::toyPrediction);
    return results.get(results.size() - 1).latent().samples();
  }

  private static float[] filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return values;
  }
}
