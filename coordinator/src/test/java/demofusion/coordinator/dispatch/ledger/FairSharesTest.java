package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.LedgerFixture.CAT;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.DOG;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.ONE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.VIEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several jobs at once. */
class FairSharesTest {
  private final LedgerFixture book = new LedgerFixture();
  private final Set<Long> large = new HashSet<>();

  @Test
  void givesEqualDeviceTime_toManySmallBatchesAndFewLargeOnes() {
    book.open(CAT, 0).open(DOG, 0).introduce(ONE).teach(ONE, VIEW);
    for (int n = 0; n < 400; n++) {
      book.ledger.submit(CAT, BatchTerms.forward(1, 1, 1, true));
      large.add(book.ledger.submit(DOG, BatchTerms.forward(8, 1, 1, true)));
    }

    Map<JobId, Integer> views = work(100);

    assertThat(views.getOrDefault(CAT, 0) / (double) views.getOrDefault(DOG, 0))
        .isCloseTo(1, within(0.1));
  }

  @Test
  void givesANewcomerItsShare_andNotMore() {
    book.open(CAT, 0).introduce(ONE).submit(CAT, 1000);
    work(300);
    book.open(DOG, 0).submit(DOG, 1000);

    Map<JobId, Integer> views = work(100);

    assertThat(views.get(DOG)).isBetween(48, 52);
  }

  @Test
  void givesAJobNoMore_forHavingWaitedAtTheEndOfATimestep() {
    book.open(CAT, 0).open(DOG, 0).introduce(ONE).submit(CAT, 10).submit(DOG, 1000);
    work(300); // of which the cat took ten
    book.submit(CAT, 1000);

    Map<JobId, Integer> views = work(100);

    assertThat(views.get(CAT)).isBetween(48, 52);
  }

  @Test
  void letsAnotherJobHaveTheWorkers_whileOneHasNothingToHandOut() {
    book.open(CAT, 0).open(DOG, 0).introduce(ONE, 4).submit(CAT, 2).submit(DOG, 10);

    List<Lease> leases = book.leaseAll();

    assertThat(leases)
        .extracting(lease -> lease.id().job())
        .containsExactlyInAnyOrder(CAT, CAT, DOG, DOG);
  }

  @Test
  void doesWhatIsUrgentFirst_evenBeforeLastCopiesOfOtherJobs() {
    book.open(CAT, 0).open(DOG, 5).introduce(ONE, 1).submit(CAT, 1).submit(DOG, 1);

    assertThat(book.leaseOne().id().job()).isEqualTo(DOG);
  }

  @Test
  void sharesWithWhatDecodesItsPicture() {
    book.open(CAT, 0).open(DOG, 0).introduce(ONE).teach(ONE, VIEW);
    for (int n = 0; n < 400; n++) {
      book.ledger.submit(CAT, BatchTerms.decoding(Urgency.PICTURE, 1));
    }
    book.submit(DOG, 400);

    Map<JobId, Integer> batches = work(100);

    assertThat(batches.get(DOG)).isBetween(40, 60);
  }

  @Test
  void doesPreviewsLast_untilNothingElseOfTheirJobIsLeft() {
    book.open(CAT, 0).open(DOG, 0).introduce(ONE, 4);
    book.ledger.submit(CAT, BatchTerms.decoding(Urgency.PREVIEW, 1));
    book.submit(DOG, 4);
    assertThat(book.leaseOne().id().job()).isEqualTo(DOG);

    book.ledger.hurry(CAT);

    assertThat(book.leaseAll()).extracting(lease -> lease.id().job()).contains(CAT);
  }

  /** Does so many batches, each as long as it has views. */
  private Map<JobId, Integer> work(int batches) {
    Map<JobId, Integer> views = new HashMap<>();
    Deque<Lease> inFlight = new ArrayDeque<>();
    for (int n = 0; n < batches; n++) {
      inFlight.addAll(book.leaseAll());
      Lease lease = inFlight.remove();
      int size = size(lease);
      Duration time = VIEW.multipliedBy(size);
      book.pass(time);
      book.complete(lease, time);
      views.merge(lease.id().job(), size, Integer::sum);
    }
    while (!inFlight.isEmpty()) {
      book.fail(inFlight.remove(), FailureCode.CANCELLED);
    }
    return views;
  }

  private int size(Lease lease) {
    return large.contains(lease.id().batch()) ? 8 : 1;
  }
}
