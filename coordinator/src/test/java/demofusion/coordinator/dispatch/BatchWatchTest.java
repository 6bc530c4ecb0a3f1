package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.coordinator.dispatch.ledger.Lease;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.coordinator.dispatch.ledger.WorkerTerms;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchWatchTest {
  private static final JobId JOB = new JobId("0123456789abcdef");
  private static final ModelKind MODEL = new ModelKind("hash", Precision.FLOAT32, "cpu");
  private static final WorkerId FIRST = new WorkerId("first");
  private static final WorkerId SECOND = new WorkerId("second");

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<Task.Outcome> session = kit.createTestProbe();
  private final TestProbe<TileWorkerProtocol.Command> worker = kit.createTestProbe();
  private final LeaseLedger ledger = new LeaseLedger(LedgerRules.startingAt(1));
  private final Notes notes = new Notes();
  private final BatchWatch watch = new BatchWatch(ledger, notes);

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void splitsTheTimeOfABatch() {
    Lease lease = leased();

    complete(lease, 1_000);

    assertThat(notes.heard)
        .containsExactly("leased global queued=90", "done global first tiles=2.0 wire=650");
  }

  @Test
  void countsWhatIsDoneAgain_whenAWorkerFails() {
    Lease lease = leased();

    boolean stood = ledger.stands(lease);
    var givenUp = ledger.failed(lease.id(), FIRST, FailureCode.NOT_FINITE, "NaN", 0, 200);
    watch.failed(lease.id(), FailureCode.NOT_FINITE, stood, givenUp, 200);

    assertThat(notes.heard).contains("failed global first not_finite", "again global first failed");
  }

  @Test
  void countsWhatIsDoneAgain_whenAWorkerIsLost_andItsAnswers_ofWhichOneIsLate() {
    Lease lease = leased();

    watch.went(FIRST, 200);
    ledger.lost(FIRST);
    complete(lease, 300);
    complete(lease, 400);

    assertThat(notes.heard)
        .contains(
            "again global first lost",
            "went first",
            "done global first tiles=2.0 wire=0",
            "late local");
  }

  @Test
  void saysNothing_ofWhatWasHandedBack() {
    Lease lease = leased();
    notes.heard.clear();

    watch.failed(lease.id(), FailureCode.CANCELLED, true, Optional.empty(), 200);

    assertThat(notes.heard).isEmpty();
  }

  @Test
  void tellsEachTryOnce_alsoWhereAnAnswerComesAfterItsTime() {
    Lease lease = leased();

    watch.overdue(lease.id(), 200);
    complete(lease, 1_000);

    assertThat(notes.attempts)
        .containsExactly(
            new Attempt(
                JOB,
                "unit",
                BatchKind.GLOBAL,
                "first",
                false,
                false,
                Attempt.End.OVERDUE,
                10,
                100,
                200,
                0,
                0));
  }

  @Test
  void tellsBothTries_whereAWorkerIsLost() {
    leased();

    watch.went(FIRST, 200);
    ledger.lost(FIRST);
    Lease second = ledger.lease(300).orElseThrow();
    watch.leased(second, 300);
    WorkResult result = new WorkResult.NoisePrediction(Tensor.zeros(1, 1, 1, 1));
    boolean counts = ledger.completed(second.id(), SECOND, 40, 5, 400);
    watch.completed(
        new Completed(second.id(), worker.getRef(), result, 5, 40), SECOND, counts, 400);

    assertThat(notes.attempts)
        .extracting(Attempt::end, Attempt::queuedAt, Attempt::leasedAt, Attempt::endedAt)
        .containsExactly(
            tuple(Attempt.End.LOST, 10L, 100L, 200L), tuple(Attempt.End.DONE, 200L, 300L, 400L));
  }

  private Lease leased() {
    ledger.introduce(FIRST, new WorkerTerms("first", MODEL, "", 1, 2), 0);
    ledger.introduce(SECOND, new WorkerTerms("second", MODEL, "", 1, 2), 0);
    ledger.open(JOB, new JobTerms(MODEL, 0));
    BatchTerms terms = BatchTerms.forward(2, 1, 0, false);
    long number = ledger.submit(JOB, terms);
    Task task =
        new Task(
            0,
            "unit",
            BatchKind.GLOBAL,
            terms,
            () -> new Work.DecodeLatent(Tensor.zeros(1, 1, 1), AssetId.NONE, 1),
            session.getRef());
    watch.submitted(JOB, number, task, false, 10);
    Lease lease = ledger.lease(100).orElseThrow();
    assertThat(lease.worker()).isEqualTo(FIRST);
    watch.leased(lease, 100);
    return lease;
  }

  private void complete(Lease lease, long now) {
    WorkResult result = new WorkResult.NoisePrediction(Tensor.zeros(1, 1, 1, 1));
    boolean counts = ledger.completed(lease.id(), FIRST, 200, 50, now);
    watch.completed(
        new Completed(lease.id(), worker.getRef(), result, 50, 200, 2.5), FIRST, counts, now);
  }

  @Test
  void tellsDeviceTimeOfEveryAnswer_alsoOfOnesThatComeTwice_orToACoordinatorBefore() {
    Lease lease = leased();
    complete(lease, 300);
    complete(lease, 400);
    complete(new Lease(new LeaseId(JOB, 0, 0), FIRST, false), 500);

    assertThat(notes.used)
        .containsExactly(
            JOB + " cpu COUNTED 2.0 200 2.5 J",
            JOB + " cpu RETRIED 0.0 200 2.5 J",
            JOB + " cpu LOST 0.0 200 2.5 J");
  }

  /** Writes down what it hears. */
  private static final class Notes implements DispatchObserver {
    private final List<String> heard = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<String> used = new ArrayList<>();

    @Override
    public void attempted(Attempt attempt) {
      attempts.add(attempt);
    }

    @Override
    public void used(
        JobId job, String device, DeviceUse use, double forwards, long nanos, double joules) {
      used.add("%s %s %s %s %s %s J".formatted(job, device, use, forwards, nanos, joules));
    }

    @Override
    public void went(String worker) {
      heard.add("went " + worker);
    }

    @Override
    public void leased(JobId job, BatchKind kind, long queuedNanos) {
      heard.add("leased " + kind + " queued=" + queuedNanos);
    }

    @Override
    public void done(JobId job, BatchKind kind, String worker, double tiles, BatchTimes times) {
      heard.add("done " + kind + " " + worker + " tiles=" + tiles + " wire=" + times.wireNanos());
    }

    @Override
    public void failed(BatchKind kind, String worker, double tiles, FailureCode code) {
      heard.add("failed " + kind + " " + worker + " " + code.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void again(BatchKind kind, String worker, double tiles, Again why) {
      heard.add("again " + kind + " " + worker + " " + why.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void late(BatchKind kind, String worker, double tiles) {
      heard.add("late " + kind);
    }
  }
}
