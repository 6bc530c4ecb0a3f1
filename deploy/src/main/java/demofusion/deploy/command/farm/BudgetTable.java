package demofusion.deploy.command.farm;

import demofusion.deploy.terminal.Table;
import demofusion.protocol.api.usage.TokenBudget;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people may use of a farm, for people to read. */
final class BudgetTable {
  private static final String NONE = "-";

  private BudgetTable() {}

  static Table of(List<TokenBudget> budgets) {
    Table table =
        new Table("TOKEN", "BUDGET", "USED", "PERCENT", "FORESEEN", "UNTIL", "OVER", "WEIGHT");
    for (TokenBudget one : budgets) {
      table.add(
          one.token(),
          text(one.budget()),
          hours(one.usedSeconds()),
          one.budget() == null ? NONE : Long.toString(Math.round(100 * one.usedShare())),
          hours(one.expectedSeconds()),
          text(one.until()),
          text(one.overBudget()),
          new BigDecimal(Double.toString(one.weight())).stripTrailingZeros().toPlainString());
    }
    return table;
  }

  private static String hours(@Nullable Double seconds) {
    return seconds == null ? NONE : UsageCommand.hours(seconds);
  }

  private static String text(@Nullable Object value) {
    return value == null ? NONE : value.toString();
  }
}
