package demofusion.coordinator.auditlog;

import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines are wanted.
 *
 * @param since from this time on; null: from the oldest on
 * @param who a token's name, {@link #NOBODY} for callers that were not known; null: anyone
 * @param what null: anything
 * @param before only lines with smaller numbers; null: from the newest on
 * @param limit lines of a page, from 1
 */
public record AuditLogQuery(
    @Nullable Instant since,
    @Nullable String who,
    @Nullable AuditedAction what,
    @Nullable Long before,
    int limit) {
  /** No token has this name. */
  public static final String NOBODY = "-";

  boolean wants(AuditLogEntry entry) {
    return (before == null || entry.number() < before)
        && (who == null || who.equals(entry.who() == null ? NOBODY : entry.who()))
        && (what == null || what == entry.what());
  }

  /** Whether all lines before this one are too old. */
  boolean isPast(AuditLogEntry entry) {
    return since != null && entry.at().isBefore(since);
  }
}
