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
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageReport(UsageBy by, @Nullable LocalDate since, List<UsageRow> rows) {
  public UsageReport {
    rows = List.copyOf(rows);
  }
}
