package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.ViewBatchGroup;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.FakeWorker.Habits;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.Urgency;
import demofusion.coordinator.dispatch.ledger.WorkKind;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.work.Work;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** View batches that are handed out before their timestep is open. */
@ExtendWith(LogCapturingExtension.class)
class NextTimestepOnAFarmTest {
  private static final RenderSpec SPEC =
      Renders.spec().size(256, 256).steps(10).build().toBuilder()
          .method(RenderMethod.DETAIL)
          .unit(ViewBatchSize.half())
          .methodSettings(MethodSettings.NONE.withDetail(new DetailSettings(0.5, true, true)))
          .build();

  private final Farm farm = new Farm();
  private final List<Task> submitted = new CopyOnWriteArrayList<>();
  @TempDir Path temporary;

  @AfterEach
  void stop() {
    farm.close();
  }

  private void listen() {
    farm.listenIn(
        message -> {
          if (message instanceof DispatcherCommand.Submit submit) {
            submitted.addAll(submit.tasks());
          }
        });
  }

  private List<Task> forwards(Urgency urgency) {
    return submitted.stream()
        .filter(task -> task.terms().kind() == WorkKind.FORWARD)
        .filter(task -> task.terms().urgency() == urgency)
        .toList();
  }

  @Test
  void areHandedOutOnce_andGiveTheSequentialWaysBits() {
    for (int n = 0; n < 4; n++) {
      farm.addWorking("worker-" + n);
    }
    listen();

    farm.submit(temporary.resolve("job"), SPEC);
    farm.next(RenderEvent.Finished.class);

    RenderPlan plan = Farm.plan(SPEC);
    int units =
        plan.phases().stream()
            .mapToInt(
                phase ->
                    plan.evaluations(phase)
                        * ViewBatchGroup.of(plan, phase).stream()
                            .mapToInt(ViewBatchGroup::count)
                            .sum())
            .sum();
    List<Task> ahead = forwards(Urgency.AHEAD);
    assertThat(ahead).hasSizeGreaterThan(10);
    assertThat(ahead.size() + forwards(Urgency.PICTURE).size()).isEqualTo(units);
    assertThat(submitted.stream().map(Task::unit).distinct()).hasSameSizeAs(submitted);
    assertThat(Farm.latent(temporary.resolve("job"), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }

  /** What becomes of the first of them, which comes before its timestep is open. */
  @ParameterizedTest
  @EnumSource(names = {"DIE", "FAIL", "BE_SILENT"})
  void areGivenToOthers_whenTheirWorkerDoesNotAnswer(Step step) {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicReference<Float> last = new AtomicReference<>(0f);
    Habits habits =
        perform -> {
          boolean isNext =
              perform.work() instanceof Work.PredictNoise unit
                  && unit.timestep() < last.getAndSet(unit.timestep())
                  && !forwards(Urgency.AHEAD).isEmpty();
          return isNext && isOver.compareAndSet(false, true) ? step : Step.ANSWER;
        };
    for (int n = 0; n < 4; n++) {
      farm.add("worker-" + n, habits);
    }
    listen();

    farm.submit(temporary.resolve("job"), SPEC);
    farm.next(RenderEvent.Finished.class);

    assertThat(isOver).isTrue();
    assertThat(Farm.latent(temporary.resolve("job"), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }
}
