package demofusion.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaseLedgerTest {
  private static final ModelKind MODEL = new ModelKind("sdxl", Precision.FLOAT16, "cuda");
  private static final JobId CAT = new JobId("cat");
  private static final JobId DOG = new JobId("dog");
  private static final WorkerId ONE = new WorkerId("one");
  private static final WorkerId TWO = new WorkerId("two");
  private static final WorkerId THREE = new WorkerId("three");

  private final LeaseLedger ledger = new LeaseLedger(LedgerRules.startingAt(1000));

  @Test
  void leasesInTheOrderOfSubmission_asFarAsCreditsGo() {
    open(CAT);
    introduce(ONE, 2);
    long first = submit(CAT);
    long second = submit(CAT);
    submit(CAT);

    List<Lease> leases = leaseAll();

    assertThat(leases).extracting(lease -> lease.id().batch()).containsExactly(first, second);
    assertThat(ledger.pending()).isEqualTo(1);
  }

  @Test
  void spreadsBatchesOverWorkers() {
    open(CAT);
    introduce(ONE, 2);
    introduce(TWO, 2);
    submit(CAT);
    submit(CAT);

    assertThat(leaseAll()).extracting(Lease::worker).containsExactlyInAnyOrder(ONE, TWO);
  }

  @Test
  void givesTheCreditBackWithEveryAnswer_butOnlyOnce() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);
    submit(CAT);
    submit(CAT);
    Lease first = leaseAll().get(0);

    assertThat(completed(first.id(), ONE)).isTrue();
    assertThat(completed(first.id(), ONE)).isFalse(); // the same answer, twice

    assertThat(leaseAll()).hasSize(1);
    assertThat(ledger.counts().lateAnswers()).isEqualTo(1);
  }

  @Test
  void asksOnlyWorkersWithTheJobsModelPrecisionAndKindOfDevice() {
    open(CAT);
    submit(CAT);
    introduce(ONE, new ModelKind("another", Precision.FLOAT16, "cuda"), 2);
    introduce(TWO, new ModelKind("sdxl", Precision.FLOAT32, "cuda"), 2);
    introduce(THREE, new ModelKind("sdxl", Precision.FLOAT16, "cpu"), 2);

    assertThat(leaseAll()).isEmpty();
  }

  @Test
  void neverMixesWorkersWithAndWithoutFastAccumulation() {
    open(CAT);
    submit(CAT);
    introduce(ONE, new ModelKind("sdxl", Precision.FLOAT16_FAST_ACCUMULATION, "cuda"), 2);

    assertThat(leaseAll()).isEmpty();
  }

  @Test
  void putsWhatALostWorkerHadToTheFront() {
    open(CAT);
    introduce(ONE, 1);
    long first = submit(CAT);
    submit(CAT);
    leaseAll();
    ledger.lost(ONE);
    introduce(TWO, 1);

    LeaseId again = leaseAll().get(0).id();

    assertThat(again).isEqualTo(new LeaseId(CAT, first, 1));
  }

  @Test
  void acceptsWhicheverAnswerComesFirst_alsoOfAWorkerThatSeemedLost_andDropsTheOther() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);
    LeaseId old = leaseAll().get(0).id();
    ledger.lost(ONE);
    introduce(TWO, 1);
    LeaseId present = leaseAll().get(0).id();

    assertThat(completed(old, ONE)).isTrue();
    assertThat(ledger.withdrawals()).extracting(Lease::id).containsExactly(present);
    assertThat(completed(present, TWO)).isFalse();
    assertThat(ledger.counts().lateAnswers()).isEqualTo(1);
  }

  @Test
  void asksAWorkerAnew_thatWasGivenUpAndCameBack_forWhatItHadBefore() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);
    LeaseId old = leaseAll().get(0).id();
    ledger.lost(ONE);
    introduce(ONE, 1);

    Lease present = leaseAll().get(0);
    assertThat(present.worker()).isEqualTo(ONE);
    assertThat(completed(old, ONE)).isTrue();
    assertThat(ledger.account(ONE).orElseThrow().completed()).isEqualTo(1);
    assertThat(completed(present.id(), ONE)).isFalse();
  }

  @Test
  void givesASilentWorkersBatchesToOthers_nothingToItself_andTakesItsAnswerAllTheSame() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);
    Lease first = leaseAll().get(0);

    assertThat(ledger.silent(ONE, 0)).extracting(Lease::id).containsExactly(first.id());
    submit(CAT);
    assertThat(leaseAll()).isEmpty();
    introduce(TWO, 1);
    assertThat(leaseAll()).extracting(lease -> lease.id().batch()).contains(first.id().batch());

    ledger.heard(ONE);
    assertThat(completed(first.id(), ONE)).isTrue();
    assertThat(leaseAll()).extracting(Lease::worker).contains(ONE);
  }

  @Test
  void acceptsTheAnswerOfAWorkerThatSeemedLost_whileNobodyElseWasAsked() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);
    LeaseId lease = leaseAll().get(0).id();
    ledger.lost(ONE);

    assertThat(completed(lease, ONE)).isTrue();

    introduce(TWO, 1);
    assertThat(leaseAll()).isEmpty();
  }

  @Test
  void retriesElsewhere_whereThereIsAnotherWorker() {
    open(CAT);
    introduce(ONE, 2);
    introduce(TWO, 2);
    submit(CAT);
    Lease first = leaseAll().get(0);

    fail(first, FailureCode.NOT_FINITE);

    assertThat(leaseAll()).extracting(Lease::worker).doesNotContain(first.worker()).hasSize(1);
  }

  @Test
  void sendsWhatIsMissingAgainOnce_andAsksAnotherFromThenOn() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);
    fail(leaseAll().get(0), FailureCode.MISSING_ASSET);
    Lease second = leaseAll().get(0);
    introduce(TWO, 1);

    assertThat(second.worker()).isEqualTo(ONE);
    fail(second, FailureCode.MISSING_ASSET);
    Lease third = leaseAll().get(0);

    assertThat(third.worker()).isEqualTo(TWO);
    assertThat(completed(third.id(), TWO)).isTrue();
    submit(CAT);
    submit(CAT);
    assertThat(leaseAll()).extracting(Lease::worker).contains(ONE); // which is not set aside
  }

  @Test
  void retriesOnTheSameWorker_whenThereIsNoOther() {
    open(CAT);
    introduce(ONE, 2);
    submit(CAT);

    fail(leaseAll().get(0), FailureCode.NOT_FINITE);

    assertThat(leaseAll()).extracting(Lease::worker).containsExactly(ONE);
  }

  @Test
  void givesUpAfterFourAttempts_namingWhatHappened() {
    open(CAT);
    introduce(ONE, 1);
    long batch = submit(CAT);
    for (int attempt = 1; attempt < 4; attempt++) {
      assertThat(fail(leaseAll().get(0), FailureCode.DEVICE_ERROR)).isEmpty();
    }

    Optional<GivenUp> fourth = fail(leaseAll().get(0), FailureCode.DEVICE_ERROR);

    assertThat(fourth)
        .contains(
            new GivenUp(
                batch,
                FailureCode.DEVICE_ERROR,
                "a view batch of 4 tiles failed 4 times, most recently on worker-one: it broke"));
    assertThat(ledger.counts().retries()).isEqualTo(3);
    assertThat(leaseAll()).isEmpty();
  }

  @Test
  void givesUpABatchThatKillsEveryWorker() {
    open(CAT);
    submit(CAT);
    List<GivenUp> givenUp = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      WorkerId worker = new WorkerId("victim-" + n);
      introduce(worker, 1);
      leaseAll();
      givenUp.addAll(ledger.lost(worker));
    }

    assertThat(givenUp).extracting(GivenUp::code).containsExactly(FailureCode.WORKER_LOST);
  }

  @Test
  void givesUpAtOnce_whenTheRequestIsAtFault() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);

    assertThat(fail(leaseAll().get(0), FailureCode.BAD_REQUEST))
        .hasValueSatisfying(gone -> assertThat(gone.sentence()).isEqualTo("it broke"));
  }

  @Test
  void asksNoMoreWhoseMemoryIsTooSmall_withoutCountingAnAttempt() {
    open(CAT);
    introduce(ONE, 1);
    introduce(TWO, 4);
    for (int n = 0; n < 3; n++) {
      submit(CAT);
    }
    List<Lease> leases = leaseAll();
    Lease ofOne = leases.stream().filter(lease -> lease.worker().equals(ONE)).findFirst().get();

    Optional<GivenUp> givenUp =
        ledger.failed(ofOne.id(), ONE, FailureCode.OUT_OF_MEMORY, "too much", 2, 0);

    assertThat(givenUp).isEmpty();
    assertThat(leaseAll()).extracting(Lease::worker).containsOnly(TWO);
    assertThat(ledger.counts().retries()).isZero();
  }

  @Test
  void givesUp_namingTheLargestUnitThatFits_whenNoWorkersMemoryHoldsIt() {
    open(CAT);
    introduce(ONE, 1);
    introduce(TWO, 1);
    submit(CAT);
    submit(CAT);
    List<Lease> leases = leaseAll();

    assertThat(memoryFailure(leases.get(0), 3)).isEmpty();
    assertThat(memoryFailure(leases.get(1), 1))
        .hasValueSatisfying(
            gone -> {
              assertThat(gone.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
              assertThat(gone.sentence())
                  .isEqualTo(
                      "no worker has enough memory for a view batch of 4 tiles; the largest that"
                          + " fits is --view-batch 3");
            });
  }

  @Test
  void saysSo_whenNotEvenOneViewFits() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);

    assertThat(memoryFailure(leaseAll().get(0), 0))
        .hasValueSatisfying(gone -> assertThat(gone.sentence()).contains("not", "one tile"));
  }

  @Test
  void offersHalves_whenNotEvenOneViewFits_andGuidanceHasHalves() {
    open(CAT);
    introduce(ONE, 1);
    ledger.submit(CAT, BatchTerms.forward(1, 1, 1, true));
    assertThat(memoryFailure(leaseAll().get(0), 0))
        .hasValueSatisfying(gone -> assertThat(gone.sentence()).contains("--view-batch half"));

    open(DOG);
    ledger.submit(DOG, BatchTerms.half(1, 1));
    assertThat(memoryFailure(leaseAll().get(0), 0))
        .hasValueSatisfying(gone -> assertThat(gone.sentence()).doesNotContain("--view-batch"));
  }

  @Test
  void stillAsksForSmallerUnits_whereALargerOneDidNotFit() {
    open(CAT);
    introduce(ONE, 1);
    introduce(TWO, 1);
    ledger.submit(CAT, BatchTerms.forward(4, 1, 1, true));
    Lease tooLarge = leaseAll().get(0);
    memoryFailure(tooLarge, 2);
    leaseAll();

    ledger.submit(CAT, BatchTerms.forward(2, 1, 1, true));

    assertThat(leaseAll()).extracting(Lease::worker).containsExactly(tooLarge.worker());
  }

  @Test
  void takesNoAnswer_forALeaseThatSomebodyElseHas() {
    open(CAT);
    introduce(ONE, 1);
    introduce(TWO, 1);
    submit(CAT);
    Lease lease = leaseAll().get(0);

    assertThat(completed(lease.id(), lease.worker().equals(ONE) ? TWO : ONE)).isFalse();
    assertThat(completed(lease.id(), lease.worker())).isTrue();
  }

  @Test
  void countsNoAttempt_forWhatALostWorkerHadNotBegun() {
    open(CAT);
    submit(CAT);
    submit(CAT);
    List<GivenUp> givenUp = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      WorkerId worker = new WorkerId("victim-" + n);
      introduce(worker, 2);
      leaseAll();
      givenUp.addAll(ledger.lost(worker));
    }

    assertThat(givenUp).hasSize(1);
    assertThat(ledger.pending()).isEqualTo(1);
  }

  @Test
  void stillPredictsOnAWorkerThatCannotDecode() {
    open(CAT);
    introduce(ONE, 1);
    introduce(TWO, 1);
    ledger.submit(CAT, BatchTerms.decoding(Urgency.PICTURE, 1));
    Lease decode = leaseAll().get(0);
    memoryFailure(decode, 0);
    leaseAll();

    submit(CAT);

    assertThat(leaseAll()).extracting(Lease::worker).containsExactly(decode.worker());
  }

  @Test
  void takesBackWhatAWorkerHandsBack_withoutCountingAnAttempt() {
    open(CAT);
    introduce(ONE, 1);
    submit(CAT);

    for (int n = 0; n < 10; n++) {
      assertThat(fail(leaseAll().get(0), FailureCode.CANCELLED)).isEmpty();
    }

    assertThat(ledger.counts().retries()).isZero();
  }

  @Test
  void leasesPicturesBeforePreviews_howeverLateTheyCome() {
    open(CAT);
    long preview = ledger.submit(CAT, BatchTerms.decoding(Urgency.PREVIEW, 1));
    long picture = submit(CAT);
    introduce(ONE, 2);

    assertThat(leaseAll())
        .extracting(lease -> lease.id().batch())
        .containsExactly(picture, preview);
  }

  @Test
  void leasesByPriority_thenInFairShares() {
    open(CAT);
    open(DOG);
    JobId urgent = new JobId("urgent");
    ledger.open(urgent, new JobTerms(MODEL, 5));
    for (int n = 0; n < 4; n++) {
      submit(CAT);
    }
    submit(DOG);
    submit(DOG);
    submit(urgent);
    introduce(ONE, 5);

    assertThat(leaseAll())
        .extracting(lease -> lease.id().job())
        .containsExactly(urgent, CAT, DOG, CAT, DOG);
  }

  @Test
  void closesAJob_andKeepsTheCreditsOfWhatRuns() {
    open(CAT);
    open(DOG);
    introduce(ONE, 2);
    submit(CAT);
    submit(CAT);
    submit(CAT);
    List<Lease> leases = leaseAll();

    assertThat(ledger.close(CAT)).hasSize(3);
    assertThat(ledger.withdrawals()).isEqualTo(leases);

    submit(DOG);
    assertThat(leaseAll()).isEmpty();
    assertThat(completed(leases.get(0).id(), ONE)).isFalse();
    assertThat(leaseAll()).extracting(lease -> lease.id().job()).containsExactly(DOG);
  }

  private void open(JobId job) {
    ledger.open(job, new JobTerms(MODEL, 0));
  }

  private void introduce(WorkerId worker, int credits) {
    introduce(worker, MODEL, credits);
  }

  private void introduce(WorkerId worker, ModelKind model, int credits) {
    ledger.introduce(worker, new WorkerTerms("worker-" + worker, model, "", 1, credits), 0);
  }

  private boolean completed(LeaseId lease, WorkerId worker) {
    return ledger.completed(lease, worker, 1000, 0, 0);
  }

  private long submit(JobId job) {
    return ledger.submit(job, BatchTerms.forward(4, 1, 1 << 20, true));
  }

  private Optional<GivenUp> fail(Lease lease, FailureCode code) {
    return ledger.failed(lease.id(), lease.worker(), code, "it broke", 0, 0);
  }

  private Optional<GivenUp> memoryFailure(Lease lease, int largest) {
    return ledger.failed(
        lease.id(), lease.worker(), FailureCode.OUT_OF_MEMORY, "not one tile fits", largest, 0);
  }

  private List<Lease> leaseAll() {
    List<Lease> leases = new ArrayList<>();
    for (Optional<Lease> next = ledger.lease(0); next.isPresent(); next = ledger.lease(0)) {
      leases.add(next.get());
    }
    return leases;
  }
}
