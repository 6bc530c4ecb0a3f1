package demofusion.coordinator.auditlog;

/** Is told what becomes of lines of the audit log; from any thread. */
public interface AuditLogObserver {
  AuditLogObserver NONE = new AuditLogObserver() {};

  /** A line was written. */
  default void written() {}

  /** A line could not be written, and is lost. */
  default void failed() {}

  /** A refusal of somebody unknown was left out, since there were so many. */
  default void leftOut() {}
}
