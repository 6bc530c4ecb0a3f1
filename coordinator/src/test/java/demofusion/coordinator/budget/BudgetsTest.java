package demofusion.coordinator.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.usage.MeteredFarm;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.usage.OverBudget;
import demofusion.protocol.api.usage.TokenBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guided view takes 36 s here, so that 100 of them are an hour. */
class BudgetsTest {
  private static final String MODEL = "sdxl";
  private static final long VIEW_NANOS = 36_000_000_000L;

  @TempDir Path folder;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-30T08:00:00Z"));
  private final Allowances allowances = new Allowances();
  private Budgets budgets = Budgets.none();
  private UsageLedger usage;

  private UsageLedger open() {
    return UsageLedger.open(folder, now::get, Runnable::run, Runnable::run);
  }

  @BeforeEach
  void openAccounts() {
    usage = open();
    budgets = new Budgets(allowances, usage.spending(), now::get);
    draw("zoe", 1); // so that the farm knows how long a view takes
  }

  private void allow(String... words) {
    List<TokenLine> lines = new ArrayList<>();
    for (String word : words) {
      lines.add(TokenLine.parse(word.replaceFirst(" ", " submit " + "0".repeat(64) + " ")));
    }
    allowances.accept(lines);
  }

  /** So many views, which nobody knew of before. */
  private void draw(String who, int views) {
    FarmObserver farm = new MeteredFarm(usage);
    JobId past = job("past-" + who);
    farm.begun(past, who, MODEL, Duration.ZERO, true);
    farm.used(past, "GPU", FarmObserver.DeviceUse.COUNTED, views, views * VIEW_NANOS, Double.NaN);
    farm.received(new RenderEvent.CheckpointWritten(past));
  }

  private static JobId job(String id) {
    return new JobId(id);
  }

  private void admit(String id, double views) {
    budgets.admit(job(id), "ann", MODEL, views, true);
  }

  private TokenBudget stand() {
    return budgets.stand("ann").get(0);
  }

  @Test
  void letsInWhatThereIsRoomFor_withWhatComes() {
    allow("ann budget=4h/month");
    draw("ann", 100);

    admit("a", 150);
    admit("b", 150);

    assertThat(stand())
        .isEqualTo(
            new TokenBudget(
                "ann",
                1,
                "4h/month",
                OverBudget.REFUSE,
                4 * 3600.0,
                3600.0,
                3 * 3600.0,
                LocalDate.parse("2026-12-01")));
    assertThatThrownBy(() -> admit("c", 1))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "ann's budget of 4h/month has no room for this job: 1.00 GPU-hours are used,"
                + " unfinished jobs are foreseen to take 3.00 and this one 0.01; choose a smaller"
                + " image, or submit it on 2026-12-01 (UTC) or later")
        .extracting(e -> ((DemofusionException) e).code())
        .isEqualTo(FailureCode.OVER_BUDGET);

    budgets.release(job("b"));
    admit("c", 150);
  }

  @Test
  void letsEverythingIn_withoutABudget_andOfOthers() {
    allow("bob budget=1h/day");

    admit("a", 1e9);

    assertThat(budgets.stand("ann")).isEmpty();
    assertThat(budgets.stand("bob").get(0).expectedSeconds()).isZero();
  }

  @Test
  void beginsAnew_withTheDay_andWithTheMonth() {
    allow("ann budget=1h/day", "bob budget=1h/month");
    draw("ann", 100);
    draw("bob", 100);
    assertThatThrownBy(() -> admit("a", 50)).isInstanceOf(DemofusionException.class);

    now.set(Instant.parse("2026-12-01T00:00:00Z"));

    admit("a", 50);
    budgets.admit(job("b"), "bob", MODEL, 50, true);
    draw("bob", 50);
    now.set(Instant.parse("2026-12-02T00:00:00Z"));
    assertThat(budgets.stand("bob").get(0).usedSeconds()).isEqualTo(1800);
    assertThat(stand().usedSeconds()).isZero();
  }

  @Test
  void knowsAfterARestart_whatWasUsed_andWhatWasLost() {
    allow("ann budget=1h/month");
    draw("ann", 60);
    FarmObserver farm = new MeteredFarm(usage);
    JobId past = job("past-ann");
    farm.used(
        past,
        "GPU",
        FarmObserver.DeviceUse.COUNTED,
        20,
        20 * VIEW_NANOS,
        Double.NaN); // in no checkpoint
    farm.used(past, "GPU", FarmObserver.DeviceUse.RETRIED, 0, 500 * VIEW_NANOS, Double.NaN);
    farm.used(past, "GPU", FarmObserver.DeviceUse.AUDIT, 0, 500 * VIEW_NANOS, Double.NaN);

    budgets = new Budgets(allowances, open().spending(), now::get);

    assertThat(stand().usedSeconds()).isEqualTo(80 * 36.0);
    assertThatThrownBy(() -> admit("a", 30)).isInstanceOf(DemofusionException.class);
  }

  @Test
  void hasJobsWait_whereTheOperatorWantsThat_untilThePeriodTurns() {
    allow("ann budget=1h/day over-budget=wait");
    draw("ann", 60);

    admit("a", 50);
    admit("b", 30);
    admit("c", 30);
    BudgetRound round = budgets.round();

    assertThat(round.hold("ann", MODEL, 50))
        .isEqualTo(
            "ann's budget of 1h/day has 0.40 GPU-hours left and the job is foreseen to take 0.50;"
                + " it begins when there is room, on 2026-12-01 (UTC) at the latest");
    assertThat(round.hold("ann", MODEL, 30)).isNull();
    round.begin("ann", MODEL, 30);
    assertThat(round.hold("ann", MODEL, 30)).isNotNull(); // one of them, and not both

    now.set(Instant.parse("2026-12-01T00:00:00Z"));
    assertThat(budgets.round().hold("ann", MODEL, 50)).isNull();
  }

  @Test
  void refusesWhatCouldNeverWaitLongEnough() {
    allow("ann budget=1h/day over-budget=wait");

    assertThatThrownBy(() -> admit("a", 101)).hasMessageContaining("has no room for this job");
    assertThatThrownBy(() -> budgets.admit(job("b"), "ann", MODEL, 101, false))
        .hasMessageContaining("has no room for this job");
  }

  @Test
  void onlySaysSo_whereTheOperatorWantsThat() {
    allow("ann budget=1h/day over-budget=warn");
    List<OverBudget> told = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    budgets.observedBy(
        new BudgetObserver() {
          @Override
          public void over(OverBudget policy) {
            told.add(policy);
          }

          @Override
          public void stands(List<TokenBudget> all) {
            shares.add(all.get(0).usedShare());
          }
        });
    draw("ann", 79);
    assertThat(budgets.warning("ann")).isNull();
    draw("ann", 1);

    admit("a", 500);
    budgets.watch();

    assertThat(told).containsExactly(OverBudget.WARN);
    assertThat(shares).containsExactly(0.8);
    assertThat(budgets.round().hold("ann", MODEL, 500)).isNull();
    assertThat(budgets.warning("ann"))
        .isEqualTo("80 % of ann's budget of 1h/day are used; it begins anew on 2026-12-01 (UTC)");
  }

  @Test
  void refusesTwoBudgetsOfOnePerson() {
    TokenLine one = TokenLine.parse("ann submit " + "0".repeat(64) + " budget=1h/day");
    TokenLine other = TokenLine.parse("ann operate " + "1".repeat(64) + " budget=2h/day");
    TokenLine plain = new TokenLine("ann", Role.VIEW, "2".repeat(64));

    assertThat(Objects.requireNonNull(Allowances.read(List.of(plain, one)).get("ann")).budget())
        .hasToString("1h/day");
    assertThatThrownBy(() -> Allowances.read(List.of(one, other)))
        .hasMessageContaining("two lines of ann have different budgets");
  }
}
