package demofusion.coordinator.budget;

import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.OverBudget;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which of the jobs that wait may begin as far as budgets go; one decision about all of them. Only
 * those whose owners' jobs are to wait are held.
 */
public final class BudgetRound {
  /**
   * Where an owner stands at the beginning of the round.
   *
   * @param committed seconds that were used in this period, and that those under way still take
   */
  record Stand(Allowance allowance, double committed, LocalDate until) {}

  /** Nobody has a budget. */
  public static final BudgetRound FREE = new BudgetRound(Map.of(), (model, views) -> 0);

  private final Map<String, Stand> stands;
  private final ToDoubleBiFunction<String, Double> seconds;
  private final Map<String, Double> begun = new HashMap<>();

  /**
   * @param seconds of a device that so many guided views of a model are foreseen to take
   */
  BudgetRound(Map<String, Stand> stands, ToDoubleBiFunction<String, Double> seconds) {
    this.stands = stands;
    this.seconds = seconds;
  }

  /**
   * Why a job that was never begun cannot begin; null if it can.
   *
   * @param views guided views that it needs
   */
  public @Nullable String hold(String owner, String model, double views) {
    Stand stand = stands.get(owner);
    if (stand == null
        || stand.allowance().budget() == null
        || stand.allowance().overBudget() != OverBudget.WAIT) {
      return null;
    }
    double limit = stand.allowance().budget().seconds();
    double committed = stand.committed() + begun.getOrDefault(owner, 0.0);
    double job = seconds.applyAsDouble(model, views);
    // What nothing was used of lets one job begin, even if it is foreseen to take more by now.
    if (committed <= 0 || (committed < limit && committed + job <= limit)) {
      return null;
    }
    return ("%s's budget of %s has %s GPU-hours left and the job is foreseen to take %s; it begins"
            + " when there is room, on %s (UTC) at the latest")
        .formatted(
            owner,
            stand.allowance().budget(),
            Budgets.hours(Math.max(0, limit - committed)),
            Budgets.hours(job),
            stand.until());
  }

  /** It begins. */
  public void begin(String owner, String model, double views) {
    begun.merge(owner, seconds.applyAsDouble(model, views), Double::sum);
  }
}
