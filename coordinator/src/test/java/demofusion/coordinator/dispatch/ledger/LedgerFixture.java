package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A ledger with a clock that a test turns, and names for what its tests are about. */
final class LedgerFixture {
  static final ModelKind MODEL = new ModelKind("sdxl", Precision.FLOAT16, "cuda");
  static final JobId CAT = new JobId("cat");
  static final JobId DOG = new JobId("dog");
  static final WorkerId ONE = new WorkerId("one");
  static final WorkerId TWO = new WorkerId("two");
  static final WorkerId THREE = new WorkerId("three");

  /** What a view takes. */
  static final Duration VIEW = Duration.ofMillis(200);

  final LeaseLedger ledger;
  private final Set<WorkerId> hidden = new HashSet<>();
  private long now = Long.MAX_VALUE - 1_000_000; // nanoTime may be anything and may overflow

  LedgerFixture() {
    this(LedgerRules.startingAt(1));
  }

  LedgerFixture(LedgerRules rules) {
    this.ledger = new LeaseLedger(rules);
  }

  LedgerFixture open(JobId job, int priority) {
    ledger.open(job, new JobTerms(MODEL, priority));
    return this;
  }

  LedgerFixture introduce(WorkerId worker) {
    return introduce(worker, 2);
  }

  LedgerFixture introduce(WorkerId worker, int credits) {
    return introduce(worker, credits, "");
  }

  LedgerFixture introduce(WorkerId worker, int credits, String hardware) {
    ledger.introduce(worker, new WorkerTerms(name(worker), MODEL, hardware, 1, credits), now);
    return this;
  }

  static String name(WorkerId worker) {
    return "gpu-" + worker;
  }

  /** So many units of one view. */
  LedgerFixture submit(JobId job, int batches) {
    for (int n = 0; n < batches; n++) {
      ledger.submit(job, BatchTerms.forward(1, 1, 1 << 18, true));
    }
    return this;
  }

  List<Lease> leaseAll() {
    List<Lease> leases = new ArrayList<>();
    for (Optional<Lease> next = ledger.lease(now); next.isPresent(); next = ledger.lease(now)) {
      leases.add(next.get());
    }
    return leases;
  }

  Lease leaseOne() {
    return ledger.lease(now).orElseThrow();
  }

  List<Lease> pass(Duration time) {
    now += time.toNanos();
    return ledger.tick(now);
  }

  /** Time in which the coordinator itself stands still. */
  LedgerFixture stall(Duration time) {
    now += time.toNanos();
    return this;
  }

  boolean complete(Lease lease, Duration onDevice) {
    return ledger.completed(lease.id(), lease.worker(), onDevice.toNanos(), 0, now);
  }

  Optional<GivenUp> fail(Lease lease, FailureCode code) {
    return ledger.failed(lease.id(), lease.worker(), code, "it broke", 0, now);
  }

  /** Makes a worker's pace known, by a batch of a job of its own. */
  LedgerFixture teach(WorkerId worker, Duration view) {
    JobId lesson = new JobId("lesson-" + worker);
    for (WorkerId other : List.of(ONE, TWO, THREE)) {
      ledger.change(name(other), other.equals(worker) ? WorkerChange.READMIT : WorkerChange.DRAIN);
    }
    open(lesson, 100);
    submit(lesson, 1);
    Lease lease = leaseOne();
    pass(view);
    complete(lease, view);
    ledger.close(lesson);
    for (WorkerId other : List.of(ONE, TWO, THREE)) {
      ledger.change(
          name(other), !hidden.contains(other) ? WorkerChange.READMIT : WorkerChange.DRAIN);
    }
    ledger.withdrawals();
    return this;
  }

  /** Nothing more for this worker, until {@link #show}. */
  LedgerFixture hide(WorkerId worker) {
    hidden.add(worker);
    ledger.change(name(worker), WorkerChange.DRAIN);
    ledger.withdrawals();
    return this;
  }

  LedgerFixture show(WorkerId worker) {
    hidden.remove(worker);
    ledger.change(name(worker), WorkerChange.READMIT);
    return this;
  }

  WorkerAccount account(WorkerId worker) {
    return ledger.account(worker).orElseThrow();
  }
}
