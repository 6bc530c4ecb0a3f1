package demofusion.coordinator.http.auditlog;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.http.address.ClientAddress;
import demofusion.coordinator.http.auth.Caller;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line of the audit log for each request that changes something, before it is answered.
 *
 * <pre>
 * Router ── who ──▶ RequestNote ◀── which job ── handler
 *   └── answer ──▶ record ──▶ AuditLog ──▶ then the client has the answer
 * </pre>
 *
 * Who shows no known token could drive everybody else's lines out of the log, so of those refusals
 * only so many in a minute are written; the first one of the next minute says how many were not.
 */
public final class RequestRecorder {
  /** Lines of unknown callers in a minute. */
  public static final int STRANGERS_IN_A_MINUTE = 100;

  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int FIRST_REFUSAL = 400;

  private final AuditLog log;
  private final Executor files;
  private final LongSupplier nanoTime;
  private long minuteBegan;
  private int strangers;
  private long leftOut;

  /**
   * @param files threads that may wait for a disk
   */
  public RequestRecorder(AuditLog log, Executor files) {
    this(log, files, System::nanoTime);
  }

  RequestRecorder(AuditLog log, Executor files, LongSupplier nanoTime) {
    this.log = log;
    this.files = files;
    this.nanoTime = nanoTime;
    this.minuteBegan = nanoTime.getAsLong();
  }

  /**
   * Writes the line of a request.
   *
   * @param request the method and the path's template
   * @return done when it is written, or lost, which the log has said then; never fails
   */
  public CompletionStage<Void> record(
      AuditedAction what,
      String request,
      ClientAddress address,
      RequestNote note,
      StatusCode status) {
    Caller caller = note.caller();
    @Nullable String words = note.detail();
    if (caller == null && status.intValue() >= FIRST_REFUSAL) {
      long before = admitStranger();
      if (before < 0) {
        log.leaveOut();
        return CompletableFuture.completedFuture(null);
      }
      if (before > 0) {
        words = before + " earlier requests of unknown callers were not recorded";
      }
    }
    AuditLogEntry entry =
        new AuditLogEntry(
            0,
            Instant.EPOCH,
            what,
            caller == null ? null : caller.name(),
            caller == null ? null : caller.role(),
            address.client(),
            address.proxy(),
            request,
            status.intValue(),
            code(note, status),
            note.jobs(),
            note.model(),
            note.worker(),
            note.file(),
            null,
            words);
    return CompletableFuture.runAsync(() -> log.append(entry), files);
  }

  /** How many were left out before this one, which is written; -1: it is left out too. */
  private synchronized long admitStranger() {
    long now = nanoTime.getAsLong();
    if (now - minuteBegan >= MINUTE_NANOS) {
      minuteBegan = now;
      strangers = 0;
    }
    if (++strangers > STRANGERS_IN_A_MINUTE) {
      leftOut++;
      return -1;
    }
    long before = leftOut;
    leftOut = 0;
    return before;
  }

  /** A refusal in another program's words has none of its own: then it is that of its status. */
  private static @Nullable String code(RequestNote note, StatusCode status) {
    if (status.intValue() < FIRST_REFUSAL) {
      return null;
    }
    String known = note.code();
    return known == null
        ? status.reason().toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", "_")
        : known;
  }
}
