package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.DispatcherCommand.Distrusted;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.ledger.LedgerCounts;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures on farms where somebody's numbers are wrong, through the real actors. */
@ExtendWith(LogCapturingExtension.class)
class AuditedFarmTest {
  private static final RenderSpec SPEC =
      Renders.spec().size(96, 96).steps(4).unit(ViewBatchSize.ofViews(1)).build();
  private static final AuditShare ALL = new AuditShare(1);

  private final Set<Float> timesteps = new LinkedHashSet<>(); // in the order of phase 1

  private int heldUp; // a hash of a batch's numbers; 0: none yet

  @TempDir Path folder;

  /** Of two, each draws every unit: the slower of three might draw none. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void drawsTheRightBits_whenAWorkerBeginsToLie(int seed) {
    AtomicInteger forwards = new AtomicInteger();
    try (Farm farm = new Farm(ALL)) {
      farm.add(
          "liar",
          perform ->
              perform.work() instanceof Work.PredictNoise && forwards.getAndIncrement() >= seed
                  ? Step.LIE
                  : Step.ANSWER);
      farm.addWorking("first");
      farm.submit(folder.resolve("job"), SPEC);
      List<RenderEvent> events = farm.untilTheEnd();

      assertThat(events).last().isInstanceOf(RenderEvent.Finished.class);
      assertThat(Farm.latent(folder.resolve("job"), SPEC)).isEqualTo(Farm.sequentially(SPEC));
      assertThat(worker(farm, "liar").state()).isEqualTo(WorkerView.State.ASIDE);
      assertThat(worker(farm, "liar").lies()).isPositive();
      assertThat(worker(farm, "liar").reason()).contains("with other bits", " of job lighthouse");
      assertThat(worker(farm, "first").lies()).isZero();
      assertThat(warnings(events)).allMatch(one -> one.contains("worker liar gives wrong numbers"));
    }
  }

  /** A wrong answer that nobody compared is in the open timestep; then the liar is found out. */
  @Test
  void takesTheTimestepAgain_whenALiarsAnswerIsInIt() {
    AtomicReference<ActorRef<Distrusted>> session = new AtomicReference<>();
    AtomicInteger lies = new AtomicInteger();
    AtomicBoolean isFoundOut = new AtomicBoolean();
    try (Farm farm = new Farm(new AuditShare(1e-12))) {
      farm.listenIn(
          message -> {
            if (message instanceof DispatcherCommand.OpenJob open && open.audited() != null) {
              session.set(open.audited().whenDistrusted());
            }
          });
      // Nobody ends the second timestep of phase 2 before the liar is found out.
      farm.add(
          "liar",
          perform ->
              isFoundOut.get() || !isInTheMiddle(perform.work())
                  ? Step.ANSWER
                  : lies.getAndIncrement() == 0 ? Step.LIE : Step.BE_SILENT);
      farm.add(
          "honest",
          perform ->
              isFoundOut.get() || !isInTheMiddle(perform.work()) ? Step.ANSWER : Step.BE_SILENT);
      farm.submit(folder.resolve("job"), SPEC);
      RenderEvent.Progressed wrong = farm.next(RenderEvent.Progressed.class);
      while (lies.get() == 0 || !isInTheMiddle(wrong)) {
        wrong = farm.next(RenderEvent.Progressed.class);
      }

      isFoundOut.set(true);
      Objects.requireNonNull(session.get()).tell(new Distrusted("liar", "it was seen"));

      assertThat(farm.next(RenderEvent.Warning.class).sentence())
          .contains("worker liar gives wrong numbers and is quarantined: it was seen")
          .contains("the job goes back to its last checkpoint");
      assertThat(farm.untilTheEnd()).last().isInstanceOf(RenderEvent.Finished.class);
      assertThat(Farm.latent(folder.resolve("job"), SPEC)).isEqualTo(Farm.sequentially(SPEC));
    }
  }

  /** Nobody compared them, and they were there before the liar is found out. */
  @Test
  void hasPicturesDecodedAgainByOthers_thatALiarDecoded() throws IOException {
    AtomicReference<ActorRef<Distrusted>> session = new AtomicReference<>();
    AtomicBoolean isFoundOut = new AtomicBoolean();
    Path preview = folder.resolve("job").resolve("phase-1.png");
    byte[] wrong;
    try (Farm farm = new Farm(new AuditShare(1e-12))) {
      farm.listenIn(
          message -> {
            if (message instanceof DispatcherCommand.OpenJob open && open.audited() != null) {
              session.set(open.audited().whenDistrusted());
            }
          });
      farm.add(
          "liar",
          perform -> {
            if (isFoundOut.get()) {
              return Step.ANSWER;
            }
            return perform.work() instanceof Work.DecodeLatent
                ? Step.SPOIL
                : isHeldUp(perform.work()) ? Step.BE_SILENT : Step.ANSWER;
          });
      farm.submit(folder.resolve("job"), SPEC);
      farm.next(RenderEvent.PreviewWritten.class);
      wrong = Files.readAllBytes(preview);

      isFoundOut.set(true);
      farm.addWorking("honest");
      Objects.requireNonNull(session.get()).tell(new Distrusted("liar", "it was seen"));

      assertThat(farm.next(RenderEvent.Warning.class).sentence())
          .contains("the job goes back to its last checkpoint")
          .contains("the pictures that it has decoded are decoded again by others");
      assertThat(farm.untilTheEnd()).last().isInstanceOf(RenderEvent.Finished.class);
    }
    try (Farm farm = new Farm()) {
      farm.addWorking("honest");
      farm.submit(folder.resolve("right"), SPEC);
      assertThat(farm.untilTheEnd()).last().isInstanceOf(RenderEvent.Finished.class);
    }

    byte[] right = Files.readAllBytes(folder.resolve("right").resolve("phase-1.png"));
    assertThat(wrong).isNotEqualTo(right);
    assertThat(Files.readAllBytes(preview)).isEqualTo(right);
  }

  /** One view batch of the second timestep of phase 2, each time that it is asked for. */
  private synchronized boolean isHeldUp(Work work) {
    if (!isInTheMiddle(work)) {
      return false;
    }
    int batch = Arrays.hashCode(((Work.PredictNoise) work).tiles().values());
    heldUp = heldUp == 0 ? batch : heldUp;
    return batch == heldUp;
  }

  @Test
  void believesALiarNoMore_whenTheCoordinatorIsStartedAgain() {
    try (Farm farm = new Farm(ALL)) {
      farm.add(
          "liar", perform -> perform.work() instanceof Work.PredictNoise ? Step.LIE : Step.ANSWER);
      farm.addWorking("honest");
      farm.submit(folder.resolve("job"), SPEC);
      assertThat(farm.untilTheEnd()).last().isInstanceOf(RenderEvent.Finished.class);

      farm.restart();
      farm.submit(folder.resolve("again"), SPEC);
      List<RenderEvent> events = farm.untilTheEnd();

      assertThat(events).last().isInstanceOf(RenderEvent.Finished.class);
      assertThat(warnings(events)).isEmpty(); // it has no part in this one
      assertThat(worker(farm, "liar").state()).isEqualTo(WorkerView.State.ASIDE);
      assertThat(worker(farm, "liar").reason()).contains("with other bits");
      assertThat(Farm.latent(folder.resolve("again"), SPEC)).isEqualTo(Farm.sequentially(SPEC));
    }
  }

  private static boolean isInTheMiddle(RenderEvent.Progressed event) {
    return event.progress().phase().number() == 2 && event.progress().timestep() == 2;
  }

  /** Every timestep of phase 1 was seen before, and the second is seen again. */
  private synchronized boolean isInTheMiddle(Work work) {
    if (!(work instanceof Work.PredictNoise predict)) {
      return false;
    }
    boolean isOfPhase2 = timesteps.size() == SPEC.stepsOrStandard();
    timesteps.add(predict.timestep());
    return isOfPhase2 && predict.timestep() == List.copyOf(timesteps).get(1);
  }

  @Test
  void auditsAWorkerAgainstItself_whenItIsAlone() {
    AtomicInteger forwards = new AtomicInteger();
    try (Farm farm = new Farm(ALL)) {
      farm.add(
          "alone",
          perform ->
              perform.work() instanceof Work.PredictNoise && forwards.incrementAndGet() == 7
                  ? Step.LIE
                  : Step.ANSWER);
      farm.submit(folder.resolve("job"), SPEC);

      RenderEvent.Warning warning = farm.next(RenderEvent.Warning.class);
      farm.addWorking("another"); // since the first one is quarantined

      assertThat(warning.sentence()).contains("than it did at other times");
      assertThat(farm.untilTheEnd()).last().isInstanceOf(RenderEvent.Finished.class);
      assertThat(Farm.latent(folder.resolve("job"), SPEC)).isEqualTo(Farm.sequentially(SPEC));
    }
  }

  @Test
  void fails_whenTwoWorkersStandByDifferentBits() {
    try (Farm farm = new Farm(ALL)) {
      farm.add("wrong", perform -> Step.LIE_ALIKE); // as a wrong driver does
      farm.addWorking("right");
      farm.submit(folder.resolve("job"), SPEC);

      RenderEvent.Failed failed = farm.next(RenderEvent.Failed.class);

      assertThat(failed.sentence()).contains("cannot be settled", "wrong", "right");
    }
  }

  @Test
  void saysOfNobodyHowOftenItWasAudited_whenTheFarmAuditsNobody() {
    try (Farm farm = new Farm(AuditShare.NONE)) {
      farm.addWorking("first");
      farm.submit(folder.resolve("job"), SPEC.sized(new PixelExtent(64, 64)));
      farm.untilTheEnd();

      assertThat(worker(farm, "first").audited()).isNull();
      assertThat(worker(farm, "first").lies()).isNull();
    }
  }

  /** The same units whoever is free; what a farm draws more is the share that it was told. */
  @Test
  void drawsItsShareMore_andTheSameUnitsEachTime() {
    long none = draws(AuditShare.NONE, 2, "none");
    long first = draws(new AuditShare(0.25), 2, "first");
    long second = draws(new AuditShare(0.25), 3, "second");
    long all = draws(ALL, 2, "all");

    assertThat(second).isEqualTo(first);
    assertThat(all).isEqualTo(2 * none);
    assertThat((double) first / none).isBetween(1.1, 1.4);
  }

  /** Without the copies for idle workers. */
  private long draws(AuditShare share, int workers, String name) {
    try (Farm farm = new Farm(share)) {
      for (int n = 0; n < workers; n++) {
        farm.addWorking("worker-" + n);
      }
      farm.submit(folder.resolve(name), SPEC);
      assertThat(farm.untilTheEnd()).last().isInstanceOf(RenderEvent.Finished.class);
      TestProbe<LedgerCounts> probe = farm.kit.createTestProbe();
      farm.dispatcher.tell(new DispatcherCommand.CountRetries(probe.getRef()));
      LedgerCounts counts = probe.receiveMessage(Duration.ofSeconds(10));
      return counts.leases() - counts.speculated() - counts.overdue();
    }
  }

  private static List<String> warnings(List<RenderEvent> events) {
    return events.stream()
        .filter(RenderEvent.Warning.class::isInstance)
        .map(event -> ((RenderEvent.Warning) event).sentence())
        .toList();
  }

  private static WorkerView worker(Farm farm, String name) {
    TestProbe<WorkerList> probe = farm.kit.createTestProbe();
    farm.dispatcher.tell(new DispatcherCommand.ListWorkers(probe.getRef()));
    return probe.receiveMessage(Duration.ofSeconds(10)).workers().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
