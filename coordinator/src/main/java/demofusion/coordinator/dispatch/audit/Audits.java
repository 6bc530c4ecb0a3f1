package demofusion.coordinator.dispatch.audit;

/**
 * How a farm audits its workers.
 *
 * @param share of the units that are drawn twice
 * @param distrusted workers whose answers were wrong, who get nothing
 */
public record Audits(AuditShare share, DistrustedWorkers distrusted) {
  /** Nobody is known to be wrong; whoever turns out to be is known until the process ends. */
  public static Audits of(AuditShare share) {
    return new Audits(share, new DistrustedWorkers());
  }
}
