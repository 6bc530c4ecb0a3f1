package demofusion.coordinator.metrics;

import demofusion.coordinator.budget.BudgetObserver;
import demofusion.protocol.api.usage.OverBudget;
import demofusion.protocol.api.usage.TokenBudget;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.util.Comparator;
import java.util.List;

/** The series of budgets; of so many tokens one each, those with the least left. */
final class BudgetSeries implements BudgetObserver {
  static final int MOST_TOKENS = 50;

  private final Gauge used;
  private final Counter over;

  BudgetSeries(Registrar at) {
    used =
        at.gauge(
            "budget_used_ratio",
            "Share of a token's budget that is used in this period; above 1 where jobs under way"
                + " took more than was foreseen.",
            "token");
    over =
        at.counter(
            "over_budget_jobs_total",
            "Jobs that came when their token's budget had no room for them, by what became of them:"
                + " refuse, wait or warn.",
            "outcome");
    for (OverBudget outcome : OverBudget.values()) {
      over.labels(outcome.toString()); // there from the start, so that the first one is an increase
    }
  }

  @Override
  public synchronized void stands(List<TokenBudget> budgets) {
    used.clear();
    budgets.stream()
        .filter(one -> one.budget() != null)
        .sorted(Comparator.comparingDouble(TokenBudget::usedShare).reversed())
        .limit(MOST_TOKENS)
        .forEach(one -> used.labels(one.token()).set(one.usedShare()));
  }

  @Override
  public void over(OverBudget policy) {
    over.labels(policy.toString()).inc();
  }
}
