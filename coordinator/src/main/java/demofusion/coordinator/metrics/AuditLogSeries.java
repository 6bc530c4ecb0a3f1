package demofusion.coordinator.metrics;

import demofusion.coordinator.auditlog.AuditLogObserver;
import io.prometheus.client.Counter;

/** The series of the audit log. */
final class AuditLogSeries implements AuditLogObserver {
  private final Counter written;
  private final Counter failed;
  private final Counter leftOut;

  AuditLogSeries(Registrar at) {
    written = at.counter("audit_log_lines_total", "Lines that were written to the audit log.");
    failed =
        at.counter(
            "audit_log_failures_total",
            "Lines of the audit log that are lost: they could not be written.");
    leftOut =
        at.counter(
            "audit_log_left_out_total",
            "Refusals of callers without a known token that were left out of the audit log, since"
                + " there were too many.");
  }

  @Override
  public void written() {
    written.inc();
  }

  @Override
  public void failed() {
    failed.inc();
  }

  @Override
  public void leftOut() {
    leftOut.inc();
  }
}
