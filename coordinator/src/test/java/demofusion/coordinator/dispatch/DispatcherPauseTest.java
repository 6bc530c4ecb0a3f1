package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.DrainedWorkers;
import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.DispatcherProtocol.Leaving;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Rest;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The dispatcher with workers whose devices somebody wants back. */
@ExtendWith(LogCapturingExtension.class)
class DispatcherPauseTest {
  private static final JobId JOB = new JobId("lighthouse");

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<Task.Outcome> session = kit.createTestProbe();
  private final ActorRef<DispatcherCommand> dispatcher =
      kit.spawn(Dispatcher.create(Integer.MAX_VALUE, DispatchObserver.NONE));
  private final ActorRef<DispatcherProtocol.Command> door = dispatcher.unsafeUpcast();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void pausesAWorker_whichRests_alsoWhenItComesAgain_untilItIsResumed() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1");
    submit(2);
    Perform running = worker.expectMessageClass(Perform.class);
    Perform waiting = worker.expectMessageClass(Perform.class);

    assertThat(pause("gpu-1", WorkerPauses.OPEN)).isTrue();

    worker.expectMessage(new Rest());
    worker.expectMessageClass(Withdraw.class);
    worker.expectMessageClass(Withdraw.class);
    assertThat(only().state()).isEqualTo(WorkerView.State.PAUSING);
    door.tell(
        new Completed(
            running.lease(),
            worker.getRef(),
            new WorkResult.DecodedPixels(Tensor.zeros(3, 8, 8)),
            0,
            1000));
    door.tell(
        new Failed(waiting.lease(), worker.getRef(), FailureCode.CANCELLED, "handed back", 0));
    assertThat(only().state()).isEqualTo(WorkerView.State.PAUSED);
    assertThat(only().reason()).isEqualTo("paused until it is resumed");
    worker.expectMessage(new Rest()); // told again, it may not have heard it

    door.tell(new Leaving(worker.getRef()));
    TestProbe<TileWorkerProtocol.Command> again = worker("gpu-1");
    again.expectMessage(new Rest());
    assertThat(only().state()).isEqualTo(WorkerView.State.PAUSED);
    assertThat(pause("gpu-1", null)).isTrue();
    assertThat(nextWork(again).lease().batch()).isEqualTo(waiting.lease().batch());
    assertThat(only().state()).isEqualTo(WorkerView.State.READY);
  }

  @Test
  void readmitsNobodyWhoIsPaused_andUnpausesNobodyWhoIsDrained() {
    worker("gpu-1");
    assertThat(pause("gpu-1", WorkerPauses.OPEN)).isTrue();
    TestProbe<DispatcherCommand.Drained> operator = kit.createTestProbe();

    dispatcher.tell(new DispatcherCommand.Drain("gpu-1", false, operator.getRef()));
    dispatcher.tell(new DispatcherCommand.Drain("gpu-1", true, operator.getRef()));
    assertThat(only().state()).isEqualTo(WorkerView.State.PAUSED);

    dispatcher.tell(new DispatcherCommand.Drain("gpu-1", false, operator.getRef()));
    assertThat(pause("gpu-1", null)).isTrue();
    assertThat(only().state()).isEqualTo(WorkerView.State.DRAINED);
  }

  @Test
  void givesADrainedWorkerNothing_alsoUnderTheNextCoordinator_untilItIsReadmitted() {
    List<String> kept = new ArrayList<>();
    DrainedWorkers drained =
        new DrainedWorkers(
            List.of("gpu-1"),
            all -> {
              kept.clear();
              kept.addAll(all);
            });
    ActorRef<DispatcherCommand> next =
        kit.spawn(
            Dispatcher.create(
                new KnownWorkers(Audits.of(AuditShare.NONE), new WorkerPauses(), drained),
                Integer.MAX_VALUE,
                DispatchObserver.NONE));
    TestProbe<DispatcherCommand.Drained> operator = kit.createTestProbe();
    worker("gpu-1", next);
    assertThat(only(next).state()).isEqualTo(WorkerView.State.DRAINED);

    next.tell(new DispatcherCommand.Drain("gpu-1", true, operator.getRef()));
    assertThat(only(next).state()).isEqualTo(WorkerView.State.READY);
    assertThat(drained.names()).isEmpty();
    next.tell(new DispatcherCommand.Drain("gpu-1", false, operator.getRef()));
    assertThat(only(next).state()).isEqualTo(WorkerView.State.DRAINED);
    assertThat(kept).containsExactly("gpu-1");
  }

  @Test
  void resumesByItself_whenThePauseIsOver() {
    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1");
    Instant end = Instant.now().plusSeconds(1);
    assertThat(pause("gpu-1", end)).isTrue();
    submit(1);

    assertThat(nextWork(worker)).isNotNull();
    assertThat(Instant.now()).isAfterOrEqualTo(end);
    assertThat(only().state()).isEqualTo(WorkerView.State.READY);
  }

  @Test
  void pausesNobodyWhoIsNotThere_butResumesWhoIsPaused() {
    assertThat(pause("nobody", WorkerPauses.OPEN)).isFalse();
    assertThat(pause("nobody", null)).isFalse();

    TestProbe<TileWorkerProtocol.Command> worker = worker("gpu-1");
    assertThat(pause("gpu-1", WorkerPauses.OPEN)).isTrue();
    door.tell(new Leaving(worker.getRef()));
    assertThat(pause("gpu-1", null)).isTrue();
    assertThat(pause("gpu-1", null)).isFalse();
  }

  private boolean pause(String worker, @Nullable Instant end) {
    TestProbe<DispatcherCommand.Paused> answer = kit.createTestProbe();
    dispatcher.tell(new DispatcherCommand.Pause(worker, end, answer.getRef()));
    return answer.receiveMessage().isKnown();
  }

  private WorkerView only() {
    return only(dispatcher);
  }

  private WorkerView only(ActorRef<DispatcherCommand> dispatcher) {
    TestProbe<WorkerList> answer = kit.createTestProbe();
    dispatcher.tell(new DispatcherCommand.ListWorkers(answer.getRef()));
    List<WorkerView> workers = answer.receiveMessage().workers();
    assertThat(workers).hasSize(1);
    return workers.get(0);
  }

  /** What it is told to do, after being told to rest some times. */
  private static Perform nextWork(TestProbe<TileWorkerProtocol.Command> worker) {
    TileWorkerProtocol.Command message = worker.receiveMessage();
    while (message instanceof Rest) {
      message = worker.receiveMessage();
    }
    return (Perform) message;
  }

  private void submit(int batches) {
    dispatcher.tell(new DispatcherCommand.OpenJob(JOB, new JobTerms(FakeWorker.CARD.kind(), 0)));
    for (int n = 0; n < batches; n++) {
      Task task =
          new Task(
              n,
              "unit " + n,
              BatchTerms.forward(1, 1, 0, true),
              () -> new Work.DecodeLatent(Tensor.zeros(4, 32, 32), AssetId.NONE, 1),
              session.getRef());
      dispatcher.tell(new DispatcherCommand.Submit(JOB, List.of(task)));
    }
  }

  /** A probe that was greeted and has introduced itself. */
  private TestProbe<TileWorkerProtocol.Command> worker(String name) {
    return worker(name, dispatcher);
  }

  private TestProbe<TileWorkerProtocol.Command> worker(
      String name, ActorRef<DispatcherCommand> dispatcher) {
    TestProbe<TileWorkerProtocol.Command> worker = kit.createTestProbe();
    FakeWorker.join(dispatcher, worker.getRef());
    Greet greet = worker.expectMessageClass(Greet.class);
    greet
        .dispatcher()
        .tell(
            new Introduce(worker.getRef(), greet.session(), name, FakeWorker.CARD, 1, 2, 1 << 20));
    return worker;
  }
}
