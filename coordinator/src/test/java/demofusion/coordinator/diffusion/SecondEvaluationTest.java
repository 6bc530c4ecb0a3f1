package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Solvers that ask the model twice in a step (spec section 13). */
class SecondEvaluationTest {
  private static final int STEPS = 4;

  private static RenderPlan plan(String scheduler) {
    return Renders.plan(
        Renders.spec()
            .size(128, 128)
            .steps(STEPS)
            .scheduler(SchedulerKind.parse(scheduler))
            .build(),
        Renders.SMALL);
  }

  @Test
  void hasTheSameWindowsAndConditioning_atTheTimeOfItsOwnNoiseLevel() {
    Render render = inTheSecondPhase(plan("heun"));

    Timestep first = render.openTimestep();
    List<Work.PredictNoise> asked = work(first);
    answer(render, first);
    Timestep second = render.openTimestep();
    List<Work.PredictNoise> askedAgain = work(second);

    assertThat(first.isSecond()).isFalse();
    assertThat(second.isSecond()).isTrue();
    assertThat(second.step()).isEqualTo(first.step());
    assertThat(second.local()).isEqualTo(first.local());
    for (int n = 0; n < asked.size(); n++) {
      assertThat(askedAgain.get(n).microConditioning()).isEqualTo(asked.get(n).microConditioning());
      assertThat(askedAgain.get(n).timestep()).isLessThan(asked.get(n).timestep());
      assertThat(askedAgain.get(n).tiles()).isNotEqualTo(asked.get(n).tiles());
    }
  }

  @Test
  void isNotPulledByTheSkipResidual() {
    Render render = inTheSecondPhase(plan("heun"));
    answer(render, render.openTimestep());
    Tensor between = render.state().tensor("latent").toTensor();

    Timestep second = render.openTimestep();

    assertThat(render.state().tensor("latent").toTensor()).isEqualTo(between);
    answer(render, second);
    render.openTimestep();
    assertThat(render.state().evaluation()).isZero();
  }

  /** So that the windows of a step are the same whatever solver draws. */
  @ParameterizedTest
  @ValueSource(strings = {"heun", "dpm2-ancestral-karras", "dpmpp-sde", "pndm"})
  void movesNoRandomStream(String scheduler) {
    assertThat(streamsAfterEachStep(scheduler)).isEqualTo(streamsAfterEachStep("euler"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heun-karras",
        "dpm2",
        "dpm2-ancestral-karras",
        "dpmpp-2s-ancestral",
        "dpmpp-sde-exponential",
        "pndm"
      })
  void resumesFromEveryCheckpointToTheSameBits_thoseInTheMiddleOfAStepToo(String scheduler) {
    RenderPlan plan = plan(scheduler);
    HeapStorage kept = new HeapStorage();
    float[] wanted = picture(Render.begin(plan), kept);
    Render render = Render.begin(plan);
    int inTheMiddle = 0;

    while (!render.isDone()) {
      inTheMiddle += render.state().evaluation();
      assertThat(picture(RenderResumption.resume(plan, render.state(), kept), kept))
          .isEqualTo(wanted);
      answer(render, render.openTimestep());
    }

    assertThat(inTheMiddle).isEqualTo(scheduler.equals("pndm") ? 2 : 2 * (STEPS - 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"euler", "heun", "dpmpp-sde", "dpmpp-2s", "pndm", "lms"})
  void countsForwardsAsThePlanDoes_fromNoiseAndFromAPicture(String scheduler) {
    RenderPlan noise = plan(scheduler);
    assertThat(forwards(Render.begin(noise))).isEqualTo(noise.forwards());

    for (double strength : new double[] {0.25, 0.6, 1}) {
      RenderPlan enlarged =
          Renders.plan(
              Renders.spec()
                  .size(128, 128)
                  .steps(STEPS)
                  .scheduler(SchedulerKind.parse(scheduler))
                  .source(Tensor.zeros(3, 64, 64), strength)
                  .build(),
              Renders.SMALL);
      WorkResult.EncodedPicture encoded =
          new WorkResult.EncodedPicture(Tensor.zeros(4, 8, 8), Tensor.zeros(4, 8, 8));
      Render render = Render.begin(enlarged, encoded, new HeapStorage());
      assertThat(forwards(render)).as("strength %s", strength).isEqualTo(enlarged.forwards());
    }
  }

  private static Render inTheSecondPhase(RenderPlan plan) {
    Render render = Render.begin(plan);
    while (render.phase().number() == 1) {
      answer(render, render.openTimestep());
    }
    return render;
  }

  private static List<Work.PredictNoise> work(Timestep timestep) {
    return timestep.batches().stream()
        .map(batch -> timestep.work(batch, prompt -> AssetId.NONE))
        .toList();
  }

  private static List<String> streamsAfterEachStep(String scheduler) {
    Render render = Render.begin(plan(scheduler));
    List<String> streams = new ArrayList<>();
    while (!render.isDone()) {
      answer(render, render.openTimestep());
      if (render.state().evaluation() == 0) {
        streams.add(render.state().scalar("python") + render.state().scalar("torch"));
      }
    }
    return streams;
  }

  private static float[] picture(Render render, HeapStorage kept) {
    while (!render.isDone()) {
      Timestep timestep = render.openTimestep();
      predict(timestep);
      render
          .closeTimestep(timestep)
          .ifPresent(end -> kept.keep(end.phase().number(), end.latent()));
    }
    return render.state().tensor("latent").toTensor().values();
  }

  private static long forwards(Render render) {
    long forwards = 0;
    while (!render.isDone()) {
      Timestep timestep = render.openTimestep();
      forwards += timestep.batches().size();
      answer(render, timestep);
    }
    return forwards;
  }

  private static void answer(Render render, Timestep timestep) {
    predict(timestep);
    render.closeTimestep(timestep);
  }

  private static void predict(Timestep timestep) {
    for (ViewBatch batch : timestep.batches()) {
      timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch));
    }
  }
}
