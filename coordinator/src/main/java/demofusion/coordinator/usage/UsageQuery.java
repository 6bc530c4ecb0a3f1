package demofusion.coordinator.usage;

import demofusion.protocol.api.usage.UsageBy;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What of the accounts is wanted.
 *
 * @param since from this day on, in UTC; null: all
 * @param who only this token's jobs; null: everybody's
 */
public record UsageQuery(UsageBy by, @Nullable LocalDate since, @Nullable String who) {}
