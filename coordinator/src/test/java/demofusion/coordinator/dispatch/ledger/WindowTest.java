package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.LedgerFixture.CAT;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.ONE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.TWO;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers that come ahead of their turn wait in memory, so there must not be many of them. */
class WindowTest {
  private static final long KIB = 1024;

  private final LedgerFixture book =
      new LedgerFixture(OtherRules.withWindow(LedgerRules.startingAt(1), 4 * KIB)).open(CAT, 0);

  @Test
  void handsOutNothingFurtherAheadThanTheWindow() {
    book.introduce(ONE, 10);
    submit(10, KIB);

    assertThat(book.leaseAll()).hasSize(4);
  }

  @Test
  void movesOnWithTheFirstUnansweredBatch_andWithNoOther() {
    book.introduce(ONE, 10);
    submit(10, KIB);
    List<Lease> first = book.leaseAll();

    book.complete(first.get(1), VIEW);
    assertThat(book.leaseAll()).isEmpty();
    book.complete(first.get(0), VIEW);
    assertThat(book.leaseAll()).hasSize(2);
  }

  @Test
  void handsOutOneBatchAtLeast_howeverLarge() {
    book.introduce(ONE, 10);
    submit(2, 100 * KIB);

    assertThat(book.leaseAll()).hasSize(1);
  }

  @Test
  void doublesTheBatchThatAllOthersWaitFor() {
    Duration slow = VIEW.multipliedBy(10);
    book.introduce(TWO, 10).teach(TWO, VIEW).hide(TWO);
    book.introduce(ONE, 1).teach(ONE, slow);
    submit(100, KIB);
    Lease straggler = book.leaseOne();
    assertThat(straggler.worker()).isEqualTo(ONE);
    book.show(TWO);
    for (Lease lease : book.leaseAll()) {
      book.complete(lease, VIEW);
    }

    Lease copy = book.leaseOne();

    assertThat(copy.isCopy()).isTrue();
    assertThat(copy.id().batch()).isEqualTo(straggler.id().batch());
  }

  @Test
  void doesNotHoldUpWorkWhoseAnswersWaitForNobody() {
    book.introduce(ONE, 100);
    for (int n = 0; n < 20; n++) {
      book.ledger.submit(CAT, BatchTerms.decoding(Urgency.PICTURE, 1));
    }

    assertThat(book.leaseAll()).hasSize(20);
  }

  private void submit(int batches, long bytes) {
    for (int n = 0; n < batches; n++) {
      book.ledger.submit(CAT, BatchTerms.forward(1, 1, bytes, true));
    }
  }
}
