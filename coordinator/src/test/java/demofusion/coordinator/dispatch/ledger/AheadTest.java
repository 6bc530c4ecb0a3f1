package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.LedgerFixture.CAT;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.DOG;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.ONE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.TWO;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batches of the timestep that follows the open one. */
class AheadTest {
  private final LedgerFixture book = new LedgerFixture().open(CAT, 0);

  private long ahead() {
    return book.ledger.submit(CAT, BatchTerms.forward(1, 1, 1 << 18, true).ahead());
  }

  private long ofOpen() {
    return book.ledger.submit(CAT, BatchTerms.forward(1, 1, 1 << 18, true));
  }

  private List<Long> leased() {
    return book.leaseAll().stream().map(lease -> lease.id().batch()).toList();
  }

  @Test
  void goesBehindWhatOtherPicturesWaitFor_andBeforePreviews() {
    book.open(DOG, 0);
    long preview = book.ledger.submit(CAT, BatchTerms.decoding(Urgency.PREVIEW, 1));
    long next = ahead();
    book.submit(DOG, 1);
    book.introduce(ONE, 3);

    List<Lease> leases = book.leaseAll();

    assertThat(leases.get(0).id().job()).isEqualTo(DOG);
    assertThat(leases.stream().skip(1).map(lease -> lease.id().batch()))
        .containsExactly(next, preview);
  }

  @Test
  void isDoneInTurn_asSoonAsItsTimestepIsOpen() {
    long next = ahead();
    long afterIt = ofOpen();
    book.introduce(ONE, 1);

    assertThat(leased()).containsExactly(next);
    assertThat(afterIt).isGreaterThan(next);
  }

  @Test
  void isUrgentWhenItComesBackUndone_onceItsTimestepIsOpen() {
    long next = ahead();
    book.introduce(ONE, 1);
    Lease lease = book.leaseOne();
    ofOpen();
    book.fail(lease, FailureCode.CANCELLED);

    assertThat(leased()).containsExactly(next);
  }

  /** The timestep that is open ends with it, and then only the next one can. */
  @Test
  void waitsForACopyOfWhatWouldBeAnsweredTooLate() {
    book.introduce(TWO, 1).teach(TWO, VIEW).hide(TWO);
    book.introduce(ONE, 1).teach(ONE, VIEW.multipliedBy(10));
    long straggler = ofOpen();
    book.leaseOne();
    ahead();
    book.show(TWO);

    Lease lease = book.leaseOne();

    assertThat(lease.isCopy()).isTrue();
    assertThat(lease.id().batch()).isEqualTo(straggler);
  }

  @Test
  void isNeverDoneTwiceBeforeItsTimestepIsOpen() {
    book.introduce(TWO, 1).teach(TWO, VIEW).hide(TWO);
    book.introduce(ONE, 1).teach(ONE, VIEW.multipliedBy(10));
    ahead();
    book.leaseOne();
    book.show(TWO);
    book.pass(Duration.ofMillis(1));

    assertThat(book.leaseAll()).isEmpty();
  }
}
