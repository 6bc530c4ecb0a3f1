package demofusion.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.Precision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The dispatcher and its sessions in virtual time, around the real ledger. Keeps books of its own
 * beside the ledger's, and compares the two after every event.
 */
final class SimulatedCoordinator {
  static final ModelKind MODEL = new ModelKind("toy", Precision.FLOAT32, "cpu");
  private static final long TICK = 100 * VirtualTime.MILLIS;
  private static final long NUMBERS_PER_LIFE = 1_000_000;

  private record Known(JobId job, int index, double effort) {}

  private final VirtualTime time;
  private final SimulatedNetwork network;
  private final LedgerRules rules;
  private final Map<JobId, SimulatedPicture> pictures = new LinkedHashMap<>();
  private final Map<JobId, Integer> priorities = new HashMap<>();
  final Map<JobId, Long> endedAt = new LinkedHashMap<>();
  private final Map<WorkerId, SimulatedWorker> present = new LinkedHashMap<>();
  private final Map<Long, Known> open = new HashMap<>();
  private final Map<WorkerId, Set<LeaseId>> outstanding = new HashMap<>();
  LeaseLedger ledger;
  private int lives;
  private boolean isDown;
  private boolean isTicking;

  SimulatedCoordinator(VirtualTime time, SimulatedNetwork network, LedgerRules rules) {
    this.time = time;
    this.network = network;
    this.rules = rules;
    this.ledger = newLedger();
    network.connect(this);
  }

  private LeaseLedger newLedger() {
    return new LeaseLedger(OtherRules.startingLater(rules, NUMBERS_PER_LIFE * lives++));
  }

  void begin(JobId job, int priority, SimulatedPicture picture) {
    pictures.put(job, picture);
    priorities.put(job, priority);
    ledger.open(job, new JobTerms(MODEL, priority));
    scatter(job);
    handOut();
  }

  boolean isDown() {
    return isDown;
  }

  boolean isDone() {
    return pictures.isEmpty();
  }

  /** Nothing is in anybody's hands any more, by the ledger's books and by ours. */
  boolean isQuiet() {
    return isDone() && !ledger.isWaiting() && outstanding.values().stream().allMatch(Set::isEmpty);
  }

  void meet(SimulatedWorker worker) {
    if (isDown) {
      return;
    }
    present.put(worker.id, worker);
    outstanding.putIfAbsent(worker.id, new HashSet<>());
    ledger.introduce(
        worker.id, new WorkerTerms(worker.name, MODEL, "", 1, SimulatedWorker.CREDITS), time.now());
    handOut();
  }

  void lose(WorkerId worker) {
    if (present.remove(worker) != null) {
      outstanding.remove(worker);
      assertThat(ledger.lost(worker)).isEmpty();
      handOut();
    }
  }

  /** kill -9, and started again on the same folders. */
  void die() {
    isDown = true;
    present.clear();
    open.clear();
    outstanding.clear();
  }

  void liveAgain() {
    isDown = false;
    ledger = newLedger();
    pictures.forEach(
        (job, picture) -> {
          picture.restart();
          ledger.open(job, new JobTerms(MODEL, priorities.getOrDefault(job, 0)));
        });
    List.copyOf(pictures.keySet()).forEach(this::scatter);
    handOut();
  }

  void hearCompleted(
      LeaseId lease, WorkerId worker, Object answer, long deviceNanos, long waitedNanos) {
    if (isDown) {
      return;
    }
    giveBack(lease, worker);
    if (ledger.completed(lease, worker, deviceNanos, waitedNanos, time.now())) {
      Known batch = open.remove(lease.batch());
      if (batch == null) {
        throw new AssertionError(lease + " is answered twice");
      }
      SimulatedPicture picture = picture(batch.job);
      picture.accept(batch.index, answer);
      if (picture.closeIfComplete()) {
        scatter(batch.job);
      }
    }
    handOut();
  }

  void hearFailed(LeaseId lease, WorkerId worker, FailureCode code) {
    if (isDown) {
      return;
    }
    giveBack(lease, worker);
    assertThat(ledger.failed(lease, worker, code, "it was fated", 0, time.now())).isEmpty();
    handOut();
  }

  private void giveBack(LeaseId lease, WorkerId worker) {
    Set<LeaseId> inFlight = outstanding.get(worker);
    if (inFlight != null) {
      inFlight.remove(lease);
    }
  }

  private void scatter(JobId job) {
    SimulatedPicture picture = picture(job);
    List<BatchTerms> batches = picture.openTimestep();
    if (batches.isEmpty()) {
      pictures.remove(job);
      endedAt.put(job, time.now());
      ledger.close(job);
      return;
    }
    for (int index = 0; index < batches.size(); index++) {
      long number = ledger.submit(job, batches.get(index));
      open.put(number, new Known(job, index, batches.get(index).effort()));
    }
  }

  private void handOut() {
    for (Optional<Lease> next = ledger.lease(time.now());
        next.isPresent();
        next = ledger.lease(time.now())) {
      send(next.get());
    }
    for (Lease lease : ledger.withdrawals()) {
      SimulatedWorker worker = present.get(lease.worker());
      if (worker != null) {
        network.withdraw(worker, lease.id());
      }
    }
    compareBooks();
    if (!isTicking && ledger.isWaiting()) {
      isTicking = true;
      time.after(TICK, this::tick);
    }
  }

  private void send(Lease lease) {
    Known batch = open.get(lease.id().batch());
    SimulatedWorker worker = present.get(lease.worker());
    Set<LeaseId> inFlight = outstanding.get(lease.worker());
    if (batch == null || worker == null || inFlight == null || !inFlight.add(lease.id())) {
      throw new AssertionError(lease + " is answered already, not new, or its worker is gone");
    }
    Object work = picture(batch.job).work(batch.index);
    network.perform(worker, lease.id(), work, batch.effort);
  }

  private void compareBooks() {
    outstanding.forEach(
        (id, leases) -> {
          int inFlight = ledger.account(id).orElseThrow().inFlight();
          if (inFlight != leases.size() || inFlight > SimulatedWorker.CREDITS) {
            throw new AssertionError(id + " has " + leases + " in hand, not " + inFlight);
          }
        });
  }

  private SimulatedPicture picture(JobId job) {
    return Objects.requireNonNull(pictures.get(job));
  }

  private void tick() {
    isTicking = false;
    if (!isDown) {
      ledger.tick(time.now());
      handOut();
    }
  }
}
