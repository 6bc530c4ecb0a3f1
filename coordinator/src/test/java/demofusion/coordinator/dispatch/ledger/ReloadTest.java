package demofusion.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Workers whose models leave their devices, and take twelve seconds to come back. */
class ReloadTest {
  private static final ModelKind MODEL = new ModelKind("sdxl", Precision.FLOAT16, "cuda");
  private static final JobId JOB = new JobId("cat");
  private static final WorkerId RESTED = new WorkerId("rested");
  private static final WorkerId OTHER = new WorkerId("other");
  private static final long SECOND = 1_000_000_000L;
  private static final long RELOAD = 12 * SECOND;
  private static final long FORWARD = SECOND;
  private static final long MINUTES = 600 * SECOND;

  private final LeaseLedger ledger = new LeaseLedger(LedgerRules.startingAt(1000));
  private long now;

  @Test
  void isNoOverdueAnswer_whereItWasSeenBefore() {
    introduce(RESTED);
    ledger.open(JOB, new JobTerms(MODEL, 0));
    draw(RESTED, 0);
    now += MINUTES;
    draw(RESTED, RELOAD);
    now += MINUTES;

    submit();
    Lease lease = leaseAll().get(0);

    now += RELOAD + 10 * FORWARD; // with nothing foreseen it would be overdue after five seconds
    assertThat(ledger.tick(now)).isEmpty();
    assertThat(complete(lease, RELOAD)).isTrue();
    submit();
    leaseAll();
    now += 20 * FORWARD; // the model is there now; its last answer was long on its way
    assertThat(ledger.tick(now)).hasSize(1);
  }

  @Test
  void leavesARestedWorkerAlone_whereOthersAreSooner() {
    introduce(RESTED);
    introduce(OTHER);
    ledger.open(JOB, new JobTerms(MODEL, 0));
    draw(RESTED, 0);
    draw(OTHER, 0);
    pauseAndResume();
    draw(RESTED, RELOAD);
    pauseAndResume();
    submit();

    assertThat(leaseAll()).extracting(Lease::worker).containsExactly(OTHER);

    for (int n = 0; n < 30; n++) {
      submit();
    }
    assertThat(leaseAll()).extracting(Lease::worker).contains(RESTED); // there is enough for both
  }

  @Test
  void isNotForeseen_afterAPauseThatIsOver_norAfterShorterIdleness() {
    introduce(RESTED);
    ledger.open(JOB, new JobTerms(MODEL, 0));
    draw(RESTED, 0);
    now += MINUTES;
    draw(RESTED, RELOAD);
    now += MINUTES / 2;

    submit();
    leaseAll();
    now += 6 * FORWARD;
    assertThat(ledger.tick(now)).hasSize(1);
  }

  @Test
  void isForgotten_whereTheModelStayed() {
    Reload reload = new Reload();
    reload.learn(MINUTES, RELOAD);
    assertThat(reload.expected(MINUTES)).isEqualTo(RELOAD);
    assertThat(reload.expected(MINUTES - 1)).isZero();

    reload.learn(2 * MINUTES, 0);
    assertThat(reload.expected(2 * MINUTES)).isZero();
    assertThat(reload.expected(3 * MINUTES)).isEqualTo(RELOAD);

    reload.rests();
    assertThat(reload.expected(0)).isEqualTo(RELOAD);
    reload.learn(0, RELOAD / 2);
    assertThat(reload.expected(0)).isZero();
    assertThat(reload.expected(3 * MINUTES)).isEqualTo(RELOAD / 2);
  }

  private void introduce(WorkerId worker) {
    ledger.introduce(worker, new WorkerTerms(worker.value(), MODEL, "card", 1, 2), now);
  }

  private void pauseAndResume() {
    ledger.change(RESTED.value(), WorkerChange.PAUSE);
    ledger.change(RESTED.value(), WorkerChange.UNPAUSE);
  }

  private void submit() {
    ledger.submit(JOB, BatchTerms.forward(1, 1, 0, true));
  }

  private List<Lease> leaseAll() {
    List<Lease> leases = new ArrayList<>();
    for (Optional<Lease> next = ledger.lease(now); next.isPresent(); next = ledger.lease(now)) {
      leases.add(next.get());
    }
    return leases;
  }

  /** One batch, which that worker does while the others are taken out. */
  private void draw(WorkerId worker, long waited) {
    WorkerId other = worker.equals(RESTED) ? OTHER : RESTED;
    ledger.change(other.value(), WorkerChange.DRAIN);
    submit();
    Lease lease = leaseAll().get(0);
    assertThat(lease.worker()).isEqualTo(worker);
    now += waited + FORWARD;
    complete(lease, waited);
    ledger.change(other.value(), WorkerChange.READMIT);
  }

  private boolean complete(Lease lease, long waited) {
    return ledger.completed(lease.id(), lease.worker(), FORWARD, waited, now);
  }
}
