package demofusion.protocol.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of the farm was used.
 *
 * @param since the first day that counts, in UTC; null: all that is known
 * @param rows those with the most device time first; days in their order
 * @param budgets of tokens that have one, or a weight of their own; by name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageReport(
    UsageBy by,
    @Nullable LocalDate since,
    List<UsageRow> rows,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TokenBudget> budgets) {
  public UsageReport {
    rows = List.copyOf(rows);
    budgets = budgets == null ? List.of() : List.copyOf(budgets);
  }

  public UsageReport(UsageBy by, @Nullable LocalDate since, List<UsageRow> rows) {
    this(by, since, rows, List.of());
  }

  /** The same with what people may use. */
  public UsageReport with(List<TokenBudget> allowed) {
    return new UsageReport(by, since, rows, allowed);
  }
}
