package demofusion.coordinator.budget;

import demofusion.coordinator.usage.Spending;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.Budget;
import demofusion.protocol.api.usage.OverBudget;
import demofusion.protocol.api.usage.TokenBudget;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people may still use.
 *
 * <pre>
 *   committed = used in this period + Σ over unfinished jobs: guided views left · seconds of a view
 *   a job has room if committed + its own guided views · seconds of a view ≤ budget
 * </pre>
 *
 * The seconds of a guided view are those that the farm's devices took for the job's model lately
 * ({@link Spending#secondsOfView}). A job that is under way is never stopped for it, so a budget
 * may be passed by what jobs take beyond what was foreseen of them. For any thread, and never waits
 * for a disk.
 */
public final class Budgets {
  private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);
  private static final double HOUR = 3600;
  private static final int MOST_WARNED = 10_000;

  /** What an unfinished job still takes. */
  private record Claim(String owner, String model, double views, boolean isBegun) {}

  private final Allowances allowances;
  private final Spending spending;
  private final InstantSource clock;
  private final Map<JobId, Claim> claims = new HashMap<>();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();
  private final LogThrottle throttle = new LogThrottle();
  private volatile BudgetObserver observer = BudgetObserver.NONE;

  public Budgets(Allowances allowances, Spending spending, InstantSource clock) {
    this.allowances = allowances;
    this.spending = spending;
    this.clock = clock;
  }

  /** Where nobody has one. */
  public static Budgets none() {
    return new Budgets(new Allowances(), new Spending(), InstantSource.system());
  }

  public void observedBy(BudgetObserver newObserver) {
    observer = newObserver;
  }

  public Allowances allowances() {
    return allowances;
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private double expected(Claim claim) {
    return claim.views() * spending.secondsOfView(claim.model());
  }

  private double expectedOf(String owner, boolean onlyBegun) {
    return claims.values().stream()
        .filter(claim -> claim.owner().equals(owner) && (claim.isBegun() || !onlyBegun))
        .mapToDouble(this::expected)
        .sum();
  }

  private double used(String owner, Budget budget) {
    return spending.seconds(owner, budget.per().begin(today()));
  }

  /**
   * Lets a new job in, which counts from now on.
   *
   * @param views guided views that it needs
   * @param canWait false: it goes on at once if it is let in
   * @throws DemofusionException OVER_BUDGET if there is no room, and it is not to wait
   */
  public synchronized void admit(
      JobId job, String owner, String model, double views, boolean canWait) {
    Claim claim = new Claim(owner, model, views, !canWait);
    Allowance allowance = allowances.of(owner);
    Budget budget = allowance.budget();
    if (budget != null) {
      double used = used(owner, budget);
      double others = expectedOf(owner, false);
      double own = expected(claim);
      if (used >= budget.seconds() || used + others + own > budget.seconds()) {
        over(allowance, owner, canWait && own <= budget.seconds(), used, others, own);
      }
    }
    claims.put(job, claim);
  }

  private void over(
      Allowance allowance, String owner, boolean canWait, double used, double others, double own) {
    Budget budget = Objects.requireNonNull(allowance.budget());
    OverBudget policy = allowance.overBudget();
    OverBudget outcome = policy == OverBudget.WAIT && !canWait ? OverBudget.REFUSE : policy;
    observer.over(outcome);
    OptionalLong leftOut = throttle.pass("over-budget " + owner, System.nanoTime());
    if (leftOut.isPresent()) {
      LOG.warn(
          "event=over-budget owner={} outcome={} budget={} used-hours={} foreseen-hours={}"
              + " job-hours={} left-out={}",
          owner,
          outcome,
          budget,
          hours(used),
          hours(others),
          hours(own),
          leftOut.getAsLong());
    }
    if (outcome == OverBudget.REFUSE) {
      throw new DemofusionException(
          FailureCode.OVER_BUDGET,
          ("%s's budget of %s has no room for this job: %s GPU-hours are used, unfinished jobs are"
                  + " foreseen to take %s and this one %s; choose a smaller image, or submit it on"
                  + " %s (UTC) or later")
              .formatted(
                  owner,
                  budget,
                  hours(used),
                  hours(others),
                  hours(own),
                  budget.per().end(today())));
    }
  }

  /**
   * What a job still needs.
   *
   * @param isBegun whether it was begun ever
   */
  public synchronized void note(
      JobId job, String owner, String model, double views, boolean isBegun) {
    claims.put(job, new Claim(owner, model, views, isBegun));
  }

  /** It needs nothing more. */
  public synchronized void release(JobId job) {
    claims.remove(job);
  }

  /** A decision about jobs that wait. */
  public synchronized BudgetRound round() {
    Map<String, BudgetRound.Stand> stands = new HashMap<>();
    allowances
        .all()
        .forEach(
            (owner, allowance) -> {
              Budget budget = allowance.budget();
              if (budget != null) {
                double committed = used(owner, budget) + expectedOf(owner, true);
                stands.put(
                    owner, new BudgetRound.Stand(allowance, committed, budget.per().end(today())));
              }
            });
    return new BudgetRound(stands, (model, views) -> views * spending.secondsOfView(model));
  }

  /**
   * How they stand, by name.
   *
   * @param only of this one; null: of all
   */
  public synchronized List<TokenBudget> stand(@Nullable String only) {
    List<TokenBudget> stand = new ArrayList<>();
    new TreeMap<>(allowances.all())
        .forEach(
            (owner, allowance) -> {
              if (only == null || only.equals(owner)) {
                stand.add(stand(owner, allowance));
              }
            });
    return stand;
  }

  private TokenBudget stand(String owner, Allowance allowance) {
    Budget budget = allowance.budget();
    double weight = allowance.weight().doubleValue();
    return budget == null
        ? new TokenBudget(owner, weight, null, null, null, null, null, null)
        : new TokenBudget(
            owner,
            weight,
            budget.toString(),
            allowance.overBudget(),
            budget.seconds(),
            used(owner, budget),
            expectedOf(owner, false),
            budget.per().end(today()));
  }

  /** Says once in a period of whom most of the budget is used, and once that all of it is. */
  public void watch() {
    List<TokenBudget> all = stand(null);
    observer.stands(all);
    for (TokenBudget one : all) {
      if (one.usedShare() >= TokenBudget.NEARLY) {
        boolean isAll = one.usedShare() >= 1;
        String occasion = one.token() + " " + one.budget() + " " + one.until() + " " + isAll;
        if (warned.size() < MOST_WARNED && warned.add(occasion)) {
          LOG.warn(
              "event=budget-low owner={} budget={} used-hours={} used-percent={} until={}",
              one.token(),
              one.budget(),
              hours(seconds(one)),
              Math.round(100 * one.usedShare()),
              one.until());
        }
      }
    }
  }

  private static double seconds(TokenBudget one) {
    return one.usedSeconds() == null ? 0 : one.usedSeconds();
  }

  /** One sentence for who draws with little left; null if there is no reason for one. */
  public @Nullable String warning(String owner) {
    for (TokenBudget one : stand(owner)) {
      if (one.usedShare() >= TokenBudget.NEARLY) {
        return "%s %% of %s's budget of %s are used; it begins anew on %s (UTC)"
            .formatted(Math.round(100 * one.usedShare()), owner, one.budget(), one.until());
      }
    }
    return null;
  }

  static String hours(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds / HOUR);
  }
}
