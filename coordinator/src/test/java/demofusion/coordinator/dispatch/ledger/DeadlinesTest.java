package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.LedgerFixture.CAT;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.ONE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.TWO;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker that hangs, or whose messages get lost, holds nobody up and is blamed for nothing. */
class DeadlinesTest {
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final LedgerFixture book = new LedgerFixture().open(CAT, 0);

  @Test
  void givesAnOverdueBatchToSomebodyElseToo_andTakesWhicheverAnswerComesFirst() {
    Lease hanging = hangingLease();

    assertThat(book.pass(SHORTEST)).containsExactly(hanging);
    Lease second = book.show(TWO).leaseOne();

    assertThat(second.worker()).isEqualTo(TWO);
    assertThat(second.id().batch()).isEqualTo(hanging.id().batch());
    assertThat(book.complete(hanging, VIEW)).isTrue();
    assertThat(book.complete(second, VIEW)).isFalse();
    assertThat(book.ledger.counts().overdue()).isEqualTo(1);
  }

  @Test
  void isNotOverdueBeforeTheShortestDeadline() {
    hangingLease();

    assertThat(book.pass(SHORTEST.minus(MOMENT))).isEmpty();
  }

  @Test
  void waitsFiveTimesAsLongAsSlowWorkIsExpectedToTake() {
    book.introduce(ONE).teach(ONE, Duration.ofSeconds(10));
    book.submit(CAT, 1);
    book.leaseOne();

    assertThat(book.pass(Duration.ofSeconds(50).minus(MOMENT))).isEmpty();
    assertThat(book.pass(MOMENT)).hasSize(1);
  }

  @Test
  void waitsLonger_forWhatLiesBehindOtherWork() {
    book.introduce(ONE).teach(ONE, Duration.ofSeconds(10));
    book.submit(CAT, 2);
    List<Lease> both = book.leaseAll();

    assertThat(book.pass(Duration.ofSeconds(50))).containsExactly(both.get(0));
    assertThat(book.pass(Duration.ofSeconds(50).minus(MOMENT))).isEmpty();
    assertThat(book.pass(MOMENT)).containsExactly(both.get(1));
  }

  @Test
  void isPatientWithWorkersOfWhichNobodyKnowsAnything() {
    book.introduce(ONE).submit(CAT, 1);
    book.leaseOne();

    assertThat(book.pass(Duration.ofMinutes(10).minus(MOMENT))).isEmpty();
    assertThat(book.pass(MOMENT)).hasSize(1);
  }

  @Test
  void asksAgainForALeaseThatIsOverdue_everMoreRarely() {
    hangingLease();
    book.pass(SHORTEST);
    assertThat(book.ledger.withdrawals()).hasSize(1);
    int asked = 0;
    for (int second = 0; second < 3600; second++) {
      book.pass(Duration.ofSeconds(1));
      asked += book.ledger.withdrawals().size();
    }

    assertThat(asked).isBetween(10, 25);
  }

  @Test
  void givesAHangingWorkerNothingMore_untilItSaysSomething() {
    book.introduce(ONE, 4).teach(ONE, VIEW).submit(CAT, 1);
    Lease hanging = book.leaseOne();
    book.pass(SHORTEST);
    book.submit(CAT, 1);

    assertThat(book.leaseAll()).isEmpty();
    book.fail(hanging, FailureCode.CANCELLED);
    assertThat(book.leaseAll()).hasSize(2);
  }

  @Test
  void countsNoAttemptAndNoFailure_forWhatIsOverdue() {
    book.introduce(ONE, 1).teach(ONE, VIEW).submit(CAT, 1);
    for (int n = 0; n < 10; n++) {
      Lease lease = book.leaseOne();
      book.pass(SHORTEST.multipliedBy(2));
      assertThat(book.fail(lease, FailureCode.CANCELLED)).isEmpty();
    }

    assertThat(book.ledger.counts().retries()).isZero();
    assertThat(book.account(ONE).failed()).isZero();
    assertThat(book.account(ONE).quarantineReason()).isEmpty();
  }

  @Test
  void treatsADroppedMessageAsOverdueAtOnce() {
    Lease lost = hangingLease();

    book.ledger.dropped(lost.id(), ONE, Long.MAX_VALUE - 1);

    assertThat(book.show(TWO).leaseOne().worker()).isEqualTo(TWO);
  }

  @Test
  void keepsAsking_forLeasesOfAJobThatIsOver() {
    Lease hanging = hangingLease();
    book.ledger.close(CAT);
    book.ledger.withdrawals();

    book.pass(SHORTEST);

    assertThat(book.ledger.withdrawals()).extracting(Lease::id).containsExactly(hanging.id());
    assertThat(book.ledger.counts().overdue()).isZero();
  }

  /** Of one, while two is hidden. */
  private Lease hangingLease() {
    book.introduce(ONE, 1).teach(ONE, VIEW).introduce(TWO).teach(TWO, VIEW).hide(TWO);
    book.submit(CAT, 1);
    return book.leaseOne();
  }
}
