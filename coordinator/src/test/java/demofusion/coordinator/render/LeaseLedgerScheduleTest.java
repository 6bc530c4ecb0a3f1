package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A thousand histories of kill, delay, duplicate, reorder and failure, played against the ledger.
 */
class LeaseLedgerScheduleTest {
  private static final JobId JOB = new JobId("job");
  private static final int BATCHES = 40;
  private static final int CREDITS = 2;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void completesEveryBatchExactlyOnce_whateverHappens(int workers) {
    for (int seed = 0; seed < 250; seed++) {
      History history = new History(workers, new Random(seed));

      history.play();

      assertThat(history.completions.values()).as("seed %d", seed).containsOnly(1);
      assertThat(history.completions).as("seed %d", seed).hasSize(BATCHES);
    }
  }

  /** One history: leases are on their way, and chance decides what happens to which of them. */
  private static final class History {
    final Map<Long, Integer> completions = new HashMap<>();

    // No batch is given up, however unlucky it is.
    private final LeaseLedger ledger = new LeaseLedger(Integer.MAX_VALUE);
    private final Random chance;
    private final List<WorkerId> workers = new ArrayList<>();
    private final List<Lease> underWay = new ArrayList<>();
    private final Set<Lease> unanswered = new HashSet<>();
    private int incarnations;

    History(int workers, Random chance) {
      this.chance = chance;
      ledger.open(JOB, new JobTerms("model", 0));
      for (int n = 0; n < workers; n++) {
        start();
      }
      for (int n = 0; n < BATCHES; n++) {
        ledger.submit(JOB, chance.nextInt(8) == 0 ? Urgency.PREVIEW : Urgency.PICTURE, 1);
      }
    }

    void play() {
      while (completions.size() < BATCHES) {
        for (Optional<Lease> lease = ledger.lease(); lease.isPresent(); lease = ledger.lease()) {
          underWay.add(lease.get());
          unanswered.add(lease.get());
        }
        for (WorkerId worker : workers) {
          assertThat(unanswered.stream().filter(lease -> lease.worker().equals(worker)).count())
              .isLessThanOrEqualTo(CREDITS);
        }
        happen(chance.nextInt(10));
      }
    }

    private void happen(int what) {
      if (what == 0) {
        WorkerId lost = workers.remove(chance.nextInt(workers.size()));
        ledger.lost(lost);
        start();
        return;
      }
      if (underWay.isEmpty()) {
        return;
      }
      int which = chance.nextInt(underWay.size());
      Lease lease = underWay.get(which);
      boolean again = what == 1; // the network says it twice
      unanswered.remove(lease);
      if (!again) {
        underWay.remove(which);
      }
      if (what == 2) {
        ledger.failed(lease.id(), lease.worker(), FailureCode.NOT_FINITE, "NaN", 0);
      } else if (what == 3) {
        ledger.failed(lease.id(), lease.worker(), FailureCode.CANCELLED, "handed back", 0);
      } else if (ledger.completed(lease.id(), lease.worker())) {
        completions.merge(lease.id().batch(), 1, Integer::sum);
      }
    }

    private void start() {
      WorkerId worker = new WorkerId("worker-" + incarnations++);
      workers.add(worker);
      ledger.introduce(worker, worker.value(), "model", CREDITS);
    }
  }
}
