package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.budget.Allowances;
import demofusion.coordinator.budget.Budgets;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.usage.MeteredFarm;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.coordinator.usage.UsageQuery;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.usage.DeviceSeconds;
import demofusion.protocol.api.usage.UsageBy;
import demofusion.protocol.api.usage.UsageRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts and budgets of a keeper's jobs, which workers draw. */
class AccountsOfJobsTest {
  /** That a fake worker says each answer took. */
  private static final double ANSWER_SECONDS = 1000 / 1e9;

  /** Of which only its views matter. */
  private static final JobId EARLIER = new JobId("earlier");

  @TempDir Path folder;

  private UsageLedger ledger(InstantSource clock) {
    return UsageLedger.open(folder.resolve("usage"), clock, Runnable::run, Runnable::run);
  }

  private static double secondsOf(UsageLedger usage) {
    try {
      return usage.report(new UsageQuery(UsageBy.TOKEN, null, null)).rows().stream()
          .map(UsageRow::deviceSeconds)
          .mapToDouble(DeviceSeconds::sum)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Workers count what they answered by themselves; the coordinator dies in the middle of a job.
   */
  @Test
  void sumsAreTheWorkersOwn_alsoWhereTheCoordinatorWasKilled() {
    AtomicInteger answered = new AtomicInteger();
    Path jobs = folder.resolve("jobs");
    UsageLedger killed = ledger(InstantSource.system());
    JobId job;
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(jobs, new MeteredFarm(killed), clock -> Budgets.none())) {
      fixture.add(
          "worker-1",
          perform -> {
            if (answered.get() >= 20) {
              return Step.BE_SILENT;
            }
            answered.incrementAndGet();
            return Step.ANSWER;
          });
      job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.SPEC));
      TestProbe<Void> patience = fixture.kit.createTestProbe();
      patience.awaitAssert(
          Duration.ofSeconds(20),
          () -> {
            assertThat(secondsOf(killed)).isCloseTo(20 * ANSWER_SECONDS, one());
            return true;
          });
    }

    UsageLedger next = ledger(InstantSource.system());
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(jobs, new MeteredFarm(next), clock -> Budgets.none())) {
      fixture.add(
          "worker-2",
          perform -> {
            answered.incrementAndGet();
            return Step.ANSWER;
          });
      fixture.await(job, JobState.DONE);
      fixture.stopCleanly();
    }

    next.close();
    assertThat(secondsOf(ledger(InstantSource.system())))
        .isCloseTo(answered.get() * ANSWER_SECONDS, one());
  }

  private static Percentage one() {
    return Percentage.withPercentage(1);
  }

  /**
   * A budget of ten views an hour's worth: a view takes 360 s.
   *
   * @param words of the owner's line
   */
  private Budgets budgets(UsageLedger usage, Clock clock, String words) {
    Allowances allowances = new Allowances();
    allowances.accept(
        List.of(
            TokenLine.parse(JobKeeperFixture.OWNER + " submit " + "0".repeat(64) + " " + words)));
    return new Budgets(allowances, usage.spending(), clock);
  }

  /** Tells the accounts what views take, and that the owner drew so many of them. */
  private static void drew(UsageLedger usage, int views) {
    FarmObserver farm = new MeteredFarm(usage);
    farm.begun(EARLIER, JobKeeperFixture.OWNER, "toy", Duration.ZERO, true);
    long nanos = views * 360_000_000_000L;
    farm.used(EARLIER, "GPU", FarmObserver.DeviceUse.COUNTED, views, nanos, Double.NaN);
  }

  @Test
  void refusesWhatTheBudgetHasNoRoomFor_andGoesOnWithWhatItHas() {
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(
            folder.resolve("jobs"),
            FarmObserver.NONE,
            clock -> {
              UsageLedger usage = ledger(clock);
              drew(usage, 7);
              return budgets(usage, clock, "budget=1h/day");
            })) {
      JobId fits = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      var refusal = fixture.refused(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      assertThat(refusal.code()).isEqualTo(FailureCode.OVER_BUDGET);
      assertThat(refusal.userMessage()).contains("0.70 GPU-hours are used", "this one 0.20");
      fixture.addWorking("worker-1");
      fixture.await(fits, JobState.DONE);
    }
  }

  @Test
  void letsAJobWait_untilTheDayTurns() {
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(
            folder.resolve("jobs"),
            FarmObserver.NONE,
            clock -> {
              UsageLedger usage = ledger(clock);
              drew(usage, 9);
              return budgets(usage, clock, "budget=1h/day over-budget=wait");
            })) {
      fixture.addWorking("worker-1");
      JobId job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      JobView held =
          JobKeeperFixture.next(fixture.watch(job), event -> event.job().reason() != null).job();
      assertThat(held.state()).isEqualTo(JobState.QUEUED);
      assertThat(held.code()).isEqualTo("OVER_BUDGET");
      assertThat(held.reason()).contains("has 0.10 GPU-hours left", "on 2026-03-02 (UTC)");

      fixture.clock.advance(Duration.ofHours(12));

      fixture.await(job, JobState.DONE);
    }
  }
}
