package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.model.SchedulerKind;
import java.lang.ref.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CoordinatorMemoryTest {
  private static final long MEBIBYTE = 1 << 20;
  private static final int NEAR = 3;

  @ParameterizedTest
  @FieldSource("demofusion.protocol.model.SchedulerKind#OF_FOLDERS")
  void isWhatARenderHoldsInTheMiddleOfItsLastPhase(SchedulerKind scheduler) {
    // A latent is a little less than 4 MiB: G1 gives large arrays whole regions of that size.
    RenderPlan plan =
        Renders.plan(
            Renders.spec().size(4000, 4000).steps(2).scheduler(scheduler).build(), Renders.SDXL);

    long held = heldInTheMiddle(plan) / MEBIBYTE;

    // The phase before and predictions ahead of their turn are not there in the middle.
    Phase last = plan.lastPhase();
    long views = plan.localViews(last) + (long) plan.dilatedViews(last);
    long absent = Float.BYTES * 4 * (384 * 384 + views * 128 * 128);
    long reckoned = (plan.coordinatorBytes() - absent) / MEBIBYTE;
    assertThat(held).isBetween(reckoned - NEAR, reckoned + NEAR);
  }

  private static long heldInTheMiddle(RenderPlan plan) {
    long before = liveBytes();
    Render render = Render.begin(plan);
    Timestep timestep = render.openTimestep();
    while (render.phase().number() < plan.phases().size() || render.step() == 0) {
      for (ViewBatch batch : timestep.batches()) {
        timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch));
      }
      render.closeTimestep(timestep);
      timestep = render.openTimestep();
    }
    timestep.prepare();
    try {
      return liveBytes() - before;
    } finally {
      Reference.reachabilityFence(timestep);
    }
  }

  private static long liveBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int n = 0; n < 3; n++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
