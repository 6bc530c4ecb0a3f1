package demofusion.coordinator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.timing.BarrierTimings;
import demofusion.coordinator.render.timing.TimestepTimings;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobClockTest {
  private static final JobId JOB = new JobId("lighthouse");
  private static final RenderPlan PLAN =
      Renders.plan(Renders.spec().size(96, 96).steps(2).build(), Renders.SMALL);
  private static final Phase FIRST = PLAN.phases().get(0);
  private static final Phase LAST = PLAN.lastPhase();

  private final List<Span> spans = new ArrayList<>();
  private final JobClock clock = new JobClock(spans::add);

  @Test
  void partsFollowEachOther_fromTheBeginningToTheEnd() {
    clock.at(100, new RenderEvent.Accepted(JOB, Path.of("")));
    clock.at(150, new RenderEvent.Planned(JOB, PLAN, 0, 4));
    clock.at(250, timestep(FIRST, 10, 60, 0, 20)); // 10 of its 100 are nobody's: prompts
    clock.at(350, timestep(FIRST, 10, 60, 5, 20)); // a message took 5
    clock.at(352, new RenderEvent.PhaseDone(JOB, FIRST, Duration.ofNanos(202_000)));
    clock.at(
        452,
        new RenderEvent.BarrierPassed(JOB, LAST, new BarrierTimings(4, 50_000, 30_000, 20_000)));
    clock.at(560, timestep(LAST, 10, 60, 0, 20));
    clock.at(561, new RenderEvent.PhaseDone(JOB, LAST, Duration.ofNanos(109_000)));
    clock.at(700, new RenderEvent.Failed(JOB, FailureCode.CANCELLED, "cancelled"));

    List<Span> parts = spans.stream().filter(span -> span.kind().isPart()).toList();
    for (int n = 1; n < parts.size(); n++) {
      assertThat(parts.get(n).begin()).isEqualTo(parts.get(n - 1).end());
    }
    assertThat(parts.get(0).begin()).isEqualTo(100);
    assertThat(parts.get(parts.size() - 1).end()).isEqualTo(700);
    assertThat(parts)
        .extracting(span -> span.kind() + " " + span.micros())
        .containsExactly(
            "waiting 50",
            "opening 10",
            "scatter 10",
            "batches 60",
            "fusion 20",
            "other 5",
            "scatter 10",
            "batches 60",
            "checkpoint 5",
            "fusion 20",
            "other 2",
            "picture 50",
            "encoding 30",
            "phase-begin 20",
            "other 18",
            "scatter 10",
            "batches 60",
            "fusion 20",
            "other 1",
            "finish 139");
  }

  @Test
  void doesNotCountTwice_whereAnEventComesEarly() {
    clock.at(0, new RenderEvent.Accepted(JOB, Path.of("")));
    clock.at(10, new RenderEvent.Planned(JOB, PLAN, 0, 4));
    clock.at(90, timestep(FIRST, 10, 60, 0, 20)); // 90 in the 80 since
    clock.at(190, timestep(FIRST, 10, 60, 0, 20));

    long sum = spans.stream().filter(s -> s.kind().isPart()).mapToLong(Span::micros).sum();
    assertThat(sum).isEqualTo(190);
  }

  private static RenderEvent timestep(
      Phase phase, long scatter, long wait, long checkpoint, long fuse) {
    return new RenderEvent.TimestepDone(
        JOB,
        phase,
        new TimestepTimings(scatter * 1000, wait * 1000, checkpoint * 1000, fuse * 1000, 0));
  }
}
