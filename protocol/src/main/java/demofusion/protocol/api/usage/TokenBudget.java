package demofusion.protocol.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a token may use, and how much of it is gone. Useful time counts, and what was lost; what was
 * drawn twice to be sure does not.
 *
 * @param token its name
 * @param weight of its share where several ask
 * @param budget such as 40h/month; null: it has none, and none of what follows
 * @param seconds of devices in a period
 * @param usedSeconds in this period
 * @param expectedSeconds that its unfinished jobs are still foreseen to take
 * @param until the first day of the next period, in UTC
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenBudget(
    String token,
    double weight,
    @Nullable String budget,
    @Nullable OverBudget overBudget,
    @Nullable Double seconds,
    @Nullable Double usedSeconds,
    @Nullable Double expectedSeconds,
    @Nullable LocalDate until) {
  /** From which share of a budget on people are warned. */
  public static final double NEARLY = 0.8;

  /** The share that is used; 0 without a budget. */
  public double usedShare() {
    return seconds == null || usedSeconds == null ? 0 : usedSeconds / seconds;
  }
}
