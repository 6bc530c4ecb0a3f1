package demofusion.coordinator.dispatch.ledger;

import static demofusion.coordinator.dispatch.ledger.LedgerFixture.CAT;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.ONE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.THREE;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.TWO;
import static demofusion.coordinator.dispatch.ledger.LedgerFixture.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import demofusion.protocol.Laws;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Draws of one unit, whose answers are to be compared. */
class DrawsTest {
  private final LedgerFixture book = new LedgerFixture().open(CAT, 0);

  @Test
  void giveTheSecondDrawToAnother() {
    book.introduce(ONE).introduce(TWO);
    draw(new Draws());
    draw(new Draws());

    assertThat(book.leaseAll())
        .extracting(Lease::worker)
        .containsExactlyInAnyOrder(ONE, TWO, ONE, TWO);
  }

  @Test
  void waitForAnother_whoHasNoCreditNow() {
    book.introduce(ONE, 4).introduce(TWO, 1);
    book.submit(CAT, 1);
    Lease other = book.leaseOne();
    WorkerId busy = other.worker();
    assertThat(busy).isEqualTo(ONE);
    book.introduce(THREE, 1).hide(THREE);
    draw(new Draws());

    assertThat(book.leaseAll()).extracting(Lease::worker).containsExactlyInAnyOrder(ONE, TWO);
  }

  @Test
  void giveAllToOneWorker_whenItIsAlone() {
    book.introduce(ONE);
    draw(new Draws());

    assertThat(book.leaseAll()).extracting(Lease::worker).containsExactly(ONE, ONE);
  }

  @Test
  void goToOneHardware_evenToOneWorkerOfIt() {
    book.introduce(ONE, 4, "H200").introduce(TWO, 4, "3090");
    for (int n = 0; n < 4; n++) {
      draw(new Draws());
    }

    Map<Long, WorkerId> byBatch = new HashMap<>();
    book.leaseAll().forEach(lease -> byBatch.put(lease.id().batch(), lease.worker()));

    assertThat(byBatch).hasSize(8).containsValues(ONE, TWO);
    List<Long> batches = byBatch.keySet().stream().sorted().toList();
    for (int n = 0; n < 8; n += 2) {
      assertThat(byBatch.get(batches.get(n))).isEqualTo(byBatch.get(batches.get(n + 1)));
    }
  }

  @Test
  void areNoWitnesses_whereOnlyOtherHardwareIsLeft() {
    book.introduce(ONE, 4, "H200");
    Draws draws = new Draws();
    long first = book.ledger.submit(CAT, terms(), draws);
    book.complete(book.leaseOne(), VIEW);
    book.hide(ONE).introduce(TWO, 4, "3090");
    long second = book.ledger.submit(CAT, terms(), draws);
    book.complete(book.leaseOne(), VIEW);

    assertThat(draws.isIncomparable(first)).isFalse();
    assertThat(draws.isIncomparable(second)).isTrue();
  }

  @Test
  void giveAThirdToSomebodyElse_andAFourthToWhoeverDrewLeast() {
    book.introduce(ONE).introduce(TWO).introduce(THREE);
    Draws draws = new Draws();
    Set<WorkerId> workers = new HashSet<>();
    draw(draws);
    for (Lease lease : book.leaseAll()) {
      workers.add(lease.worker());
      book.complete(lease, VIEW);
    }

    book.ledger.submit(CAT, terms(), draws);
    Lease third = book.leaseOne();

    assertThat(workers).hasSize(2).doesNotContain(third.worker());
    book.complete(third, VIEW);
    book.hide(third.worker());
    book.ledger.submit(CAT, terms(), draws);
    assertThat(workers).contains(book.leaseOne().worker());
  }

  @Test
  void areNotCopiedToWhoeverHasTheOther() {
    book.introduce(ONE).teach(ONE, VIEW).introduce(TWO).teach(TWO, VIEW.multipliedBy(10));
    draw(new Draws());
    List<Lease> leases = book.leaseAll();
    assertThat(leases).hasSize(2);
    leases.stream()
        .filter(lease -> lease.worker().equals(ONE))
        .forEach(lease -> book.complete(lease, VIEW));

    assertThat(book.leaseAll()).isEmpty(); // the fast one is idle, and would be sooner
  }

  @Test
  void countNothingOfAWorkerThatIsDistrusted() {
    book.introduce(ONE).introduce(TWO);
    book.submit(CAT, 2);
    List<Lease> leases = book.leaseAll();
    Lease wrong = leases.get(0);
    String liar = LedgerFixture.name(wrong.worker());

    assertThat(book.ledger.distrust(liar, "it lied")).extracting(Lease::id).contains(wrong.id());

    assertThat(book.complete(wrong, VIEW)).isFalse();
    assertThat(book.account(wrong.worker()).quarantineReason()).contains("it lied");
    assertThat(book.leaseAll())
        .isNotEmpty()
        .noneMatch(lease -> lease.worker().equals(wrong.worker()));
    assertThat(book.ledger.counts().quarantined()).isEqualTo(1);
    book.ledger.change(liar, WorkerChange.READMIT);
    book.submit(CAT, 4);
    assertThat(book.leaseAll()).anyMatch(lease -> lease.worker().equals(wrong.worker()));
  }

  /**
   * Whatever fails and whoever is lost: every draw is answered in the end, and by different workers
   * where two were there all the time.
   */
  @Test
  void areAllAnswered_byDifferentWorkersWhereThereAreTwo() {
    Laws.forAll(
        300,
        cases -> {
          LedgerFixture farm = new LedgerFixture().open(CAT, 0);
          List<WorkerId> all = List.of(ONE, TWO, THREE);
          int workers = cases.between(1, 3);
          for (int n = 0; n < workers; n++) {
            farm.introduce(all.get(n), cases.between(1, 3));
          }
          int units = cases.between(1, 6);
          Map<Long, Draws> unitOf = new HashMap<>();
          Map<Draws, List<WorkerId>> answers = new HashMap<>();
          for (int n = 0; n < units; n++) {
            Draws draws = new Draws();
            answers.put(draws, new ArrayList<>());
            unitOf.put(farm.ledger.submit(CAT, terms(), draws), draws);
            unitOf.put(farm.ledger.submit(CAT, terms(), draws), draws);
          }
          List<Lease> inHand = new ArrayList<>(farm.leaseAll());
          int failures = 0;
          while (!inHand.isEmpty()) {
            Lease lease = inHand.remove(cases.between(0, inHand.size() - 1));
            if (failures < 2 && cases.between(0, 9) == 0) {
              failures++;
              farm.fail(lease, FailureCode.CANCELLED);
            } else if (farm.complete(lease, VIEW)) {
              Objects.requireNonNull(answers.get(unitOf.get(lease.id().batch())))
                  .add(lease.worker());
            }
            farm.pass(VIEW);
            for (Lease withdrawn : farm.ledger.withdrawals()) {
              inHand.removeIf(one -> one.id().equals(withdrawn.id()));
              farm.fail(withdrawn, FailureCode.CANCELLED);
            }
            inHand.addAll(farm.leaseAll());
          }

          assertThat(answers.values()).allMatch(one -> one.size() == 2);
          assertThat(answers.values())
              .allMatch(one -> new HashSet<>(one).size() == Math.min(2, workers));
        });
  }

  private void draw(Draws draws) {
    book.ledger.submit(CAT, terms(), draws);
    book.ledger.submit(CAT, terms(), draws);
  }

  private static BatchTerms terms() {
    return BatchTerms.forward(1, 1, 1 << 18, true);
  }
}
