package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.LedgerFixture.CAT;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.DOG;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.ONE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.THREE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.TWO;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of a timestep belongs to the fast. */
class SpeculationTest {
  private static final Duration SLOW = VIEW.multipliedBy(10);

  private final LedgerFixture book = new LedgerFixture().open(CAT, 0);

  @Test
  void givesTheLastBatchOfASlowWorkerToAnIdleFastOne() {
    Lease slow = leasedBySlow();
    book.introduce(TWO).teach(TWO, VIEW);

    Lease copy = book.leaseOne();

    assertThat(copy.isCopy()).isTrue();
    assertThat(copy.worker()).isEqualTo(TWO);
    assertThat(copy.id().batch()).isEqualTo(slow.id().batch());
    assertThat(copy.id().epoch()).isEqualTo(slow.id().epoch() + 1);
    assertThat(book.ledger.counts().speculated()).isEqualTo(1);
  }

  @Test
  void doesNotBrandAWorker_whoseAnswersCameWhileTheCoordinatorStoodStill() {
    book.introduce(ONE).introduce(TWO).teach(ONE, VIEW).teach(TWO, VIEW);
    answerLate(2);

    assertThat(workersOf(book.submit(CAT, 8).leaseAll())).contains(TWO);
  }

  @Test
  void triesAWorkerAgain_whoseAnswersWereLongOnTheirWay() {
    book.introduce(ONE).introduce(TWO).teach(ONE, VIEW).teach(TWO, VIEW);
    answerLate(12);
    assertThat(workersOf(book.submit(CAT, 2).leaseAll())).containsOnly(ONE);

    book.stall(Duration.ofSeconds(11));

    assertThat(book.leaseAll())
        .singleElement()
        .satisfies(
            copy -> {
              assertThat(copy.worker()).isEqualTo(TWO);
              assertThat(copy.isCopy()).isTrue();
            });
  }

  @Test
  void doesNotTakeTheWireTimeOfVaeTiles_forThatOfForwards() {
    book.introduce(ONE).introduce(TWO).teach(ONE, VIEW).teach(TWO, VIEW);
    decodeSlowly();

    assertThat(workersOf(book.submit(CAT, 2).leaseAll())).containsExactlyInAnyOrder(ONE, TWO);
  }

  @Test
  void triesAWorkerWithAKindOfWorkThatItNeverDid_howeverLongOthersWereOnTheirWay() {
    book.introduce(ONE).introduce(TWO).teach(ONE, VIEW);
    decodeSlowly();

    assertThat(workersOf(book.submit(CAT, 2).leaseAll())).containsExactlyInAnyOrder(ONE, TWO);
  }

  /**
   * The second worker's tiles of another picture, of some megabytes each, are long on their way.
   */
  private void decodeSlowly() {
    book.open(DOG, 0).hide(ONE);
    for (int n = 0; n < 12; n++) {
      book.ledger.submit(DOG, BatchTerms.decoding(Urgency.PICTURE, 1));
      Lease tile = book.leaseOne();
      book.pass(VIEW.multipliedBy(3));
      book.complete(tile, Duration.ofMillis(10));
    }
    book.ledger.close(DOG);
    book.show(ONE);
  }

  /** So many answers of the second worker come while nobody looks. */
  private void answerLate(int answers) {
    book.open(DOG, 0).hide(ONE).submit(DOG, answers);
    for (int n = 0; n < answers; n++) {
      Lease lease = book.leaseOne();
      book.stall(Duration.ofSeconds(14)).complete(lease, VIEW);
    }
    book.ledger.close(DOG);
    book.show(ONE);
  }

  private static List<WorkerId> workersOf(List<Lease> leases) {
    return leases.stream().map(Lease::worker).toList();
  }

  @Test
  void takesTheFirstAnswer_andWithdrawsTheOtherCopy() {
    Lease slow = leasedBySlow();
    book.introduce(TWO).teach(TWO, VIEW);
    Lease copy = book.leaseOne();
    book.ledger.withdrawals();

    book.pass(VIEW);

    assertThat(book.complete(copy, VIEW)).isTrue();
    assertThat(book.ledger.withdrawals()).extracting(Lease::id).containsExactly(slow.id());
    assertThat(book.complete(slow, SLOW)).isFalse();
    assertThat(book.account(ONE).inFlight()).isZero();
  }

  @Test
  void makesTwoCopiesAtMost() {
    book.introduce(TWO).teach(TWO, VIEW.multipliedBy(5)).hide(TWO);
    book.introduce(THREE).teach(THREE, VIEW).hide(THREE);
    leasedBySlow();
    book.show(TWO).leaseOne();

    book.show(THREE);

    assertThat(book.leaseAll()).isEmpty();
  }

  @Test
  void leavesABatchWhereItIs_ifAnotherWouldNotBeClearlyEarlier() {
    book.introduce(ONE).teach(ONE, VIEW).introduce(TWO).teach(TWO, VIEW).submit(CAT, 2);
    List<Lease> both = book.leaseAll();
    book.pass(VIEW);

    book.complete(both.get(0), VIEW);

    assertThat(book.leaseAll()).isEmpty();
  }

  @Test
  void takesAwayWhatWaitsInAnothersHands() {
    book.introduce(TWO).teach(TWO, VIEW).hide(TWO);
    book.introduce(ONE).teach(ONE, VIEW).submit(CAT, 2);
    List<Lease> both = book.leaseAll();
    assertThat(both).extracting(Lease::worker).containsOnly(ONE);

    Lease stolen = book.show(TWO).leaseOne();

    assertThat(stolen.worker()).isEqualTo(TWO);
    assertThat(stolen.id().batch()).isEqualTo(both.get(1).id().batch());
    assertThat(book.ledger.withdrawals()).extracting(Lease::id).containsExactly(both.get(1).id());
    book.fail(both.get(1), FailureCode.CANCELLED);
    assertThat(book.leaseAll()).isEmpty();
    assertThat(book.complete(stolen, VIEW)).isTrue();
  }

  @Test
  void doesNotDouble_whileAnythingIsPending() {
    leasedBySlow();
    book.introduce(TWO, 1).teach(TWO, VIEW);
    book.submit(CAT, 1);

    assertThat(book.leaseOne().isCopy()).isFalse();
    assertThat(book.leaseAll()).isEmpty();
  }

  @Test
  void givesASlowWorkerNothing_thatOthersWouldHaveDoneBefore() {
    book.introduce(ONE).teach(ONE, SLOW).introduce(TWO).teach(TWO, VIEW);
    book.submit(CAT, 9); // all of them take the fast one as long as one takes the slow one

    assertThat(book.leaseAll()).extracting(Lease::worker).containsOnly(TWO);
  }

  @Test
  void givesASlowWorkerItsPart_ofALongTimestep() {
    book.introduce(ONE).teach(ONE, SLOW).introduce(TWO).teach(TWO, VIEW);
    book.submit(CAT, 40);

    assertThat(book.leaseAll()).extracting(Lease::worker).contains(ONE, TWO);
  }

  @Test
  void triesASlowWorkerAgain_withWhatSomebodyElseHasToo() {
    book.introduce(ONE).teach(ONE, SLOW).introduce(TWO).teach(TWO, VIEW);
    book.pass(Duration.ofMinutes(1));
    book.submit(CAT, 1);

    List<Lease> leases = book.leaseAll();

    assertThat(leases).extracting(Lease::worker).containsExactly(TWO, ONE);
    assertThat(leases.get(1).isCopy()).isTrue();
  }

  @Test
  void encodesWordsOnce_unlessItTakesSuspiciouslyLong() {
    book.introduce(ONE);
    book.ledger.submit(CAT, BatchTerms.encoding());
    book.leaseOne();
    book.introduce(TWO);

    book.pass(Duration.ofSeconds(4));
    assertThat(book.leaseAll()).isEmpty();
    book.pass(Duration.ofSeconds(4));
    assertThat(book.leaseAll()).hasSize(1);
  }

  @Test
  void neverDoublesOnAWorkerOnWhichTheBatchFailed() {
    book.introduce(TWO).teach(TWO, VIEW).submit(CAT, 1);
    Lease failing = book.leaseOne();
    book.introduce(ONE).teach(ONE, SLOW);

    book.fail(failing, FailureCode.NOT_FINITE);

    assertThat(book.leaseAll()).extracting(Lease::worker).containsExactly(ONE);
  }

  private Lease leasedBySlow() {
    book.introduce(ONE).teach(ONE, SLOW).submit(CAT, 1);
    return book.leaseOne();
  }
}
