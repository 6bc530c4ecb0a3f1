package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link RenderTest} goes on from every checkpoint with every solver. */
class RenderResumptionTest {
  private final RenderPlan plan =
      Renders.plan(Renders.spec().size(192, 136).referenceOddities().build(), Renders.SMALL);
  private final HeapStorage kept = new HeapStorage();

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void resumesAfterPhasesToTheSameBits(int phases) {
    float[] wanted = picture(Render.begin(plan), kept);

    assertThat(picture(RenderResumption.after(plan, phases, kept), kept)).isEqualTo(wanted);
  }

  @Test
  void givesTheCheckpointBackThatItGoesOnFrom() {
    for (RenderState state : states(Render.begin(plan), kept)) {
      RenderState again = RenderResumption.resume(plan, state, kept).state();

      assertThat(again.scalars()).isEqualTo(state.scalars());
      assertThat(again.tensor("latent").toTensor()).isEqualTo(state.tensor("latent").toTensor());
    }
  }

  @Test
  void resumesInTheFirstPhaseAfterAPicture() {
    RenderPlan enlarged =
        Renders.plan(
            Renders.spec().size(128, 128).source(Tensor.zeros(3, 64, 64), 1).build(),
            Renders.SMALL);
    WorkResult.EncodedPicture encoded =
        new WorkResult.EncodedPicture(Tensor.zeros(4, 8, 8), ramp(4, 8, 8));
    float[] wanted = picture(Render.begin(enlarged, encoded, kept), kept);

    for (RenderState state : states(Render.begin(enlarged, encoded, kept), kept)) {
      Render render = RenderResumption.resume(enlarged, state, kept);
      if (!render.isDone()) {
        assertThat(picture(render, kept)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void refusesTheLatentOfAnotherRender() {
    List<RenderState> states = states(Render.begin(plan), kept);
    RenderState inPhaseTwo = states.get(plan.steps() + 1);
    float[] other = kept.phaseLatent(1).toTensor().values().clone();
    other[other.length - 1] += 1;
    kept.keep(1, new Latent(4, plan.phases().get(0).extent(), other));

    assertThatThrownBy(() -> RenderResumption.resume(plan, inPhaseTwo, kept))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("previous phase's latent is not the one");
  }

  /** Those before each timestep, and the last. */
  private static List<RenderState> states(Render render, HeapStorage kept) {
    List<RenderState> states = new ArrayList<>();
    states.add(copy(render.state()));
    while (!render.isDone()) {
      advance(render, kept);
      states.add(copy(render.state()));
    }
    return states;
  }

  /** A state shares the render's arrays. */
  private static RenderState copy(RenderState state) {
    RenderState copy = new RenderState(state.tensors(), state.scalars());
    copy.tensors().replaceAll((name, samples) -> Samples.of(samples.toTensor()));
    return copy;
  }

  private static float[] picture(Render render, HeapStorage kept) {
    while (!render.isDone()) {
      advance(render, kept);
    }
    return render.state().tensor("latent").toTensor().values();
  }

  private static void advance(Render render, HeapStorage kept) {
    Timestep timestep = render.openTimestep();
    for (ViewBatch batch : timestep.batches()) {
      timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch));
    }
    render.closeTimestep(timestep).ifPresent(end -> kept.keep(end.phase().number(), end.latent()));
  }

  private static Tensor ramp(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = 0.01f * n;
    }
    return tensor;
  }
}
