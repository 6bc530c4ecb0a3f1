package demofusion.coordinator.budget;

import demofusion.protocol.api.usage.OverBudget;
import demofusion.protocol.api.usage.TokenBudget;
import java.util.List;

/** Is told how budgets stand; from any thread. */
public interface BudgetObserver {
  BudgetObserver NONE = new BudgetObserver() {};

  /** How those that there are stand now. */
  default void stands(List<TokenBudget> budgets) {}

  /** A job came that its owner's budget has no room for. */
  default void over(OverBudget policy) {}
}
