package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.audit.Lie;
import demofusion.coordinator.dispatch.ledger.Lease;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.model.ModelCard;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the {@link Dispatcher} tells operators: one line for each event, key=value, with the ids of
 * job, lease and worker. Faults that repeat are thinned out by a {@link LogThrottle}.
 */
final class DispatchLog {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final LeaseLedger ledger;
  private final LogThrottle gate = new LogThrottle();
  private long knownQuarantined;

  DispatchLog(LeaseLedger ledger) {
    this.ledger = ledger;
  }

  void ready(Introduce worker) {
    ModelCard card = worker.model();
    LOG.info(
        "event=worker-ready worker={} model={} precision={} device={} lanes={} credits={}",
        worker.name(),
        card.name(),
        card.precision(),
        card.device(),
        worker.lanes(),
        worker.credits());
  }

  /**
   * Workers' copies of a model recommend different settings.
   *
   * @param counts the worker whose copy is believed
   */
  void settingsDiffer(ModelCard model, Introduce counts) {
    LOG.warn(
        "event=model-settings-differ model={} hash={} taken-from={} settings=\"{}\"",
        model.name(),
        model.hash(),
        counts.name(),
        counts.model().settings().words());
  }

  void lost(WorkerId worker) {
    LOG.info("event=worker-lost worker={}", ledger.name(worker));
  }

  void silent(WorkerId worker) {
    LOG.info("event=worker-silent worker={}", ledger.name(worker));
  }

  void heardAgain(WorkerId worker) {
    LOG.info("event=worker-heard worker={}", ledger.name(worker));
  }

  void refused(String worker, String sentence, long now) {
    gate.pass("worker-refused " + worker, now)
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event=worker-refused worker={} left-out={} sentence=\"{}\"",
                    worker,
                    leftOut,
                    sentence));
  }

  void drain(String worker, boolean readmit) {
    LOG.info("event=worker-drain worker={} let-back={}", worker, readmit);
  }

  /** Says who is aside, if somebody was put there since the last time. */
  void quarantined() {
    long quarantined = ledger.counts().quarantined();
    if (quarantined == knownQuarantined) {
      return;
    }
    knownQuarantined = quarantined;
    for (WorkerId worker : ledger.workers()) {
      ledger
          .account(worker)
          .flatMap(account -> account.quarantineReason())
          .ifPresent(
              reason ->
                  LOG.warn(
                      "event=worker-aside worker={} reason=\"{}\"", ledger.name(worker), reason));
    }
  }

  /** Draws of one unit have different bits, and it is drawn once more. */
  void auditDiffers(JobId job, String unit) {
    LOG.warn("event=audit-differs job={} unit=\"{}\"", job, unit);
  }

  /** Only one draw was answered by its own hardware. */
  void auditUnproved(JobId job, String unit) {
    LOG.warn("event=audit-unproved job={} unit=\"{}\"", job, unit);
  }

  void auditUndecided(JobId job, String unit, Map<String, String> answers) {
    LOG.error("event=audit-undecided job={} unit=\"{}\" answers=\"{}\"", job, unit, answers);
  }

  /** The evidence, whole. */
  void lied(JobId job, String unit, Lie lie) {
    LOG.error(
        "event=worker-lied worker={} job={} unit=\"{}\" hash={} right={} witnesses=\"{}\"",
        lie.worker(),
        job,
        unit,
        lie.hash(),
        lie.right(),
        String.join(" ", lie.witnesses()));
  }

  void leased(Lease lease) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "event=lease job={} lease={} worker={} copy={}",
          lease.id().job(),
          lease.id(),
          ledger.name(lease.worker()),
          lease.isCopy());
    }
  }

  void cutFailed(LeaseId lease, Throwable failure) {
    LOG.error("event=cut-failed job={} lease={}", lease.job(), lease, failure);
  }

  void hashFailed(JobId job, String unit, @Nullable Throwable failure) {
    LOG.error("event=hash-failed job={} unit=\"{}\"", job, unit, failure);
  }

  void late(LeaseId lease, WorkerId worker) {
    LOG.debug(
        "event=late-answer job={} lease={} worker={}", lease.job(), lease, ledger.name(worker));
  }

  /** What was only handed back is no failure. */
  void failed(LeaseId lease, WorkerId worker, FailureCode code, String sentence, long now) {
    if (code == FailureCode.CANCELLED) {
      return;
    }
    gate.pass("batch-failed " + worker, now)
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event=batch-failed job={} lease={} worker={} code={} left-out={}"
                        + " sentence=\"{}\"",
                    lease.job(),
                    lease,
                    ledger.name(worker),
                    code,
                    leftOut,
                    sentence));
  }

  void dropped(LeaseId lease, WorkerId worker, String reason, long now) {
    gate.pass("message-dropped", now)
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event=message-dropped job={} lease={} worker={} left-out={} reason=\"{}\"",
                    lease.job(),
                    lease,
                    ledger.name(worker),
                    leftOut,
                    reason));
  }

  void overdue(Lease lease, long now) {
    gate.pass("lease-overdue " + lease.worker(), now)
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event=lease-overdue job={} lease={} worker={} left-out={}",
                    lease.id().job(),
                    lease.id(),
                    ledger.name(lease.worker()),
                    leftOut));
  }
}
