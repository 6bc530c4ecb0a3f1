package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.protocol.JobId;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A dispatcher that audits everything, beside one thread for computing that a test may hold up. */
@ExtendWith(LogCapturingExtension.class)
class AuditedAnswersTest {
  private static final JobId JOB = new JobId("lighthouse");

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  "demofusion.coordinator.compute-dispatcher.fork-join-executor"
                      + " { parallelism-min = 1, parallelism-max = 1 }")
              .withFallback(ConfigFactory.load()));
  private final TestProbe<Task.Outcome> session = kit.createTestProbe();
  private final TestProbe<DispatcherCommand.Distrusted> distrusted = kit.createTestProbe();
  private final ActorRef<DispatcherCommand> dispatcher =
      kit.spawn(
          Dispatcher.create(
              LedgerRules.startingAt(1),
              Audits.of(new AuditShare(1)),
              Integer.MAX_VALUE,
              DispatchObserver.NONE));
  private final ActorRef<DispatcherProtocol.Command> door = dispatcher.unsafeUpcast();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void areNotHashedOnTheDispatchersThread() {
    TestProbe<TileWorkerProtocol.Command> worker = worker();
    submit(7);
    Perform first = worker.expectMessageClass(Perform.class);
    Perform second = worker.expectMessageClass(Perform.class);
    CountDownLatch held = new CountDownLatch(1);
    CoordinatorThreads.compute(kit.system()).execute(() -> await(held));

    complete(worker, first);
    complete(worker, second);

    // The dispatcher has heard both, and goes on: the worker has its credits back.
    assertThat(completed()).isEqualTo(2);
    session.expectNoMessage(Duration.ZERO);
    held.countDown();
    assertThat(session.expectMessageClass(Task.Done.class).tag()).isEqualTo(7);
  }

  @Test
  void areForgotten_whenTheirJobIsOverBeforeTheyAreHashed() {
    TestProbe<TileWorkerProtocol.Command> worker = worker();
    submit(7);
    Perform first = worker.expectMessageClass(Perform.class);
    Perform second = worker.expectMessageClass(Perform.class);
    CountDownLatch held = new CountDownLatch(1);
    CoordinatorThreads.compute(kit.system()).execute(() -> await(held));
    complete(worker, first);
    complete(worker, second);

    TestProbe<JobId> closed = kit.createTestProbe();
    dispatcher.tell(new DispatcherCommand.CloseJob(JOB, closed.getRef()));
    closed.expectMessage(JOB);
    held.countDown();

    // The same name once more: what comes is of the new job alone.
    submit(8);
    complete(worker, next(worker));
    complete(worker, next(worker));
    assertThat(session.expectMessageClass(Task.Done.class).tag()).isEqualTo(8);
  }

  private static Perform next(TestProbe<TileWorkerProtocol.Command> worker) {
    TileWorkerProtocol.Command message = worker.receiveMessage();
    while (!(message instanceof Perform)) {
      message = worker.receiveMessage();
    }
    return (Perform) message;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(long tag) {
    dispatcher.tell(
        new DispatcherCommand.OpenJob(
            JOB,
            new JobTerms(FakeWorker.CARD.kind(), 0),
            new DispatcherCommand.Audited("plan", distrusted.getRef())));
    Task task =
        new Task(
            tag,
            "unit",
            BatchTerms.forward(1, 1, 0, true),
            () -> new Work.DecodeLatent(Tensor.zeros(4, 32, 32), AssetId.NONE, 1),
            session.getRef());
    dispatcher.tell(new DispatcherCommand.Submit(JOB, List.of(task)));
  }

  private void complete(TestProbe<TileWorkerProtocol.Command> worker, Perform perform) {
    WorkResult result = new WorkResult.DecodedPixels(Tensor.zeros(3, 8, 8));
    door.tell(new Completed(perform.lease(), worker.getRef(), result, 0, 1000));
  }

  private long completed() {
    TestProbe<WorkerList> operator = kit.createTestProbe();
    dispatcher.tell(new DispatcherCommand.ListWorkers(operator.getRef()));
    return operator.receiveMessage().workers().get(0).completed();
  }

  private TestProbe<TileWorkerProtocol.Command> worker() {
    TestProbe<TileWorkerProtocol.Command> worker = kit.createTestProbe();
    FakeWorker.join(dispatcher, worker.getRef());
    Greet greet = worker.expectMessageClass(Greet.class);
    greet
        .dispatcher()
        .tell(
            new Introduce(
                worker.getRef(), greet.session(), "gpu-1", FakeWorker.CARD, 1, 2, 1 << 20));
    return worker;
  }
}
