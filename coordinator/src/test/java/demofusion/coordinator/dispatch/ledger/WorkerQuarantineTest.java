package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.LedgerFixture.CAT;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.ONE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.THREE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.TWO;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that keep failing, and workers that an operator wants to be left alone. */
class WorkerQuarantineTest {
  private final LedgerFixture book = new LedgerFixture().open(CAT, 0);

  @ParameterizedTest
  @EnumSource(names = {"NOT_FINITE", "DEVICE_ERROR"})
  void putsAsideAWorkerThatFailedThreeTimes_onWhatOthersDidWell(FailureCode code) {
    twoWorkers();
    for (int n = 0; n < 2; n++) {
      failOnOneAndSucceedOnTwo(code);
      assertThat(book.account(ONE).quarantineReason()).isEmpty();
    }

    failOnOneAndSucceedOnTwo(code);

    assertThat(book.account(ONE).quarantineReason())
        .contains("it failed on 3 batches that succeeded elsewhere, most recently with: it broke");
    assertThat(book.ledger.counts().quarantined()).isEqualTo(1);
    book.submit(CAT, 4);
    assertThat(book.leaseAll()).extracting(Lease::worker).containsOnly(TWO);
  }

  @Test
  void doesNotBlameAWorker_forWhatNobodyCanDo() {
    twoWorkers();
    for (int batch = 0; batch < 5; batch++) {
      book.submit(CAT, 1);
      for (int attempt = 0; attempt < 4; attempt++) {
        book.fail(book.leaseOne(), FailureCode.NOT_FINITE);
      }
    }

    assertThat(book.account(ONE).quarantineReason()).isEmpty();
    assertThat(book.account(TWO).quarantineReason()).isEmpty();
  }

  @Test
  void forgivesAFailure_forAHundredGoodBatches() {
    twoWorkers();
    failOnOneAndSucceedOnTwo(FailureCode.NOT_FINITE);
    failOnOneAndSucceedOnTwo(FailureCode.NOT_FINITE);
    book.ledger.change(LedgerFixture.name(TWO), WorkerChange.DRAIN);
    for (int n = 0; n < 100; n++) {
      book.submit(CAT, 1);
      book.complete(book.leaseOne(), VIEW);
    }
    book.ledger.change(LedgerFixture.name(TWO), WorkerChange.READMIT);

    failOnOneAndSucceedOnTwo(FailureCode.NOT_FINITE);

    assertThat(book.account(ONE).quarantineReason()).isEmpty();
  }

  @Test
  void countsNoLostConnection() {
    book.introduce(TWO);
    for (int n = 0; n < 5; n++) {
      WorkerId incarnation = new WorkerId("one-" + n);
      book.ledger.change(LedgerFixture.name(TWO), WorkerChange.DRAIN);
      book.ledger.introduce(
          incarnation, new WorkerTerms("gpu-one", LedgerFixture.MODEL, "", 1, 2), 0);
      book.submit(CAT, 1);
      book.leaseOne();
      book.ledger.lost(incarnation);
      book.ledger.change(LedgerFixture.name(TWO), WorkerChange.READMIT);
      book.complete(book.leaseOne(), VIEW);
    }

    book.introduce(ONE);

    assertThat(book.account(ONE).quarantineReason()).isEmpty();
  }

  @Test
  void holdsByName_alsoWhenTheWorkerComesAgain_untilItIsLetBack() {
    twoWorkers();
    for (int n = 0; n < 3; n++) {
      failOnOneAndSucceedOnTwo(FailureCode.DEVICE_ERROR);
    }
    book.ledger.lost(ONE);
    book.ledger.lost(TWO);
    WorkerId again = new WorkerId("another incarnation");
    book.ledger.introduce(
        again, new WorkerTerms(LedgerFixture.name(ONE), LedgerFixture.MODEL, "", 1, 2), 0);
    book.submit(CAT, 1);
    assertThat(book.leaseAll()).isEmpty();

    book.ledger.change(LedgerFixture.name(ONE), WorkerChange.READMIT);

    assertThat(book.leaseAll()).hasSize(1);
    assertThat(book.account(again).quarantineReason()).isEmpty();
  }

  @Test
  void drainsAWorker_withoutLosingWhatItHas() {
    book.introduce(ONE).submit(CAT, 3);
    Lease running = book.leaseOne();
    Lease waiting = book.leaseOne();

    book.ledger.change(LedgerFixture.name(ONE), WorkerChange.DRAIN);

    assertThat(book.account(ONE).isDrained()).isTrue();
    assertThat(book.ledger.withdrawals()).containsExactly(running, waiting);
    book.fail(waiting, FailureCode.CANCELLED);
    assertThat(book.complete(running, VIEW)).isTrue();
    assertThat(book.leaseAll()).isEmpty();
    assertThat(book.account(ONE).inFlight()).isZero();
    assertThat(book.ledger.pending()).isEqualTo(2);

    book.introduce(THREE);
    assertThat(book.leaseAll()).extracting(Lease::worker).containsOnly(THREE);
  }

  @Test
  void givesUpNoBatch_becauseAWorkerWithRoomForItIsAside() {
    twoWorkers();
    book.ledger.change(LedgerFixture.name(TWO), WorkerChange.DRAIN);
    book.submit(CAT, 1);

    assertThat(book.fail(book.leaseOne(), FailureCode.OUT_OF_MEMORY)).isEmpty();
    assertThat(book.leaseAll()).isEmpty();
    book.ledger.change(LedgerFixture.name(TWO), WorkerChange.READMIT);
    assertThat(book.leaseAll()).extracting(Lease::worker).containsExactly(TWO);
  }

  private void twoWorkers() {
    book.introduce(ONE).introduce(TWO).teach(ONE, VIEW).teach(TWO, VIEW.multipliedBy(3));
  }

  private void failOnOneAndSucceedOnTwo(FailureCode code) {
    book.submit(CAT, 1);
    Lease first = book.leaseOne();
    assertThat(first.worker()).isEqualTo(ONE);
    book.fail(first, code);
    Lease second = book.leaseOne();
    assertThat(second.worker()).isEqualTo(TWO);
    book.complete(second, VIEW.multipliedBy(3));
  }
}
