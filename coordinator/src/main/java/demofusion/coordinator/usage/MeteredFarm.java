package demofusion.coordinator.usage;

import demofusion.coordinator.dispatch.Attempt;
import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.dispatch.BatchTimes;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Accounts for what happens on a farm, and passes all of it on. */
public final class MeteredFarm implements FarmObserver {
  private static final double MEGA = 1e6;

  private final FarmObserver next;
  private final UsageLedger ledger;
  private final RenderEvent.Visitor events = new Events();
  private final Map<JobId, Double> megapixels = new ConcurrentHashMap<>(); // of those that run

  public MeteredFarm(FarmObserver next, UsageLedger ledger) {
    this.next = next;
    this.ledger = ledger;
  }

  @Override
  public void used(JobId job, String device, DeviceUse use, double forwards, long deviceNanos) {
    ledger.record(
        UsageLine.used(
            job.value(), device, UsageLine.Use.valueOf(use.name()), forwards, deviceNanos));
    next.used(job, device, use, forwards, deviceNanos);
  }

  @Override
  public void begun(JobId job, String owner, String model, Duration waited, boolean isFirst) {
    ledger.record(UsageLine.begun(job.value(), owner, model, waited.toMillis(), isFirst));
    next.begun(job, owner, model, waited, isFirst);
  }

  @Override
  public void received(RenderEvent event) {
    event.accept(events);
    next.received(event);
  }

  private final class Events extends RenderEvent.Ignoring {
    @Override
    public void planned(RenderEvent.Planned planned) {
      megapixels.put(planned.job(), planned.plan().size().area() / MEGA);
    }

    @Override
    public void checkpointWritten(RenderEvent.CheckpointWritten written) {
      ledger.record(UsageLine.saved(written.job().value()));
    }

    @Override
    public void finished(RenderEvent.Finished finished) {
      Double size = megapixels.remove(finished.job());
      ledger.record(UsageLine.finished(finished.job().value(), size == null ? 0 : size));
    }

    @Override
    public void failed(RenderEvent.Failed failed) {
      megapixels.remove(failed.job());
      ledger.record(UsageLine.stopped(failed.job().value()));
    }
  }

  @Override
  public void attempted(Attempt attempt) {
    next.attempted(attempt);
  }

  @Override
  public void came(String worker) {
    next.came(worker);
  }

  @Override
  public void went(String worker) {
    next.went(worker);
  }

  @Override
  public void quarantined(long workers) {
    next.quarantined(workers);
  }

  @Override
  public void leased(BatchKind kind, long queuedNanos) {
    next.leased(kind, queuedNanos);
  }

  @Override
  public void speculated(BatchKind kind, String worker, double tiles) {
    next.speculated(kind, worker, tiles);
  }

  @Override
  public void done(BatchKind kind, String worker, double tiles, BatchTimes times) {
    next.done(kind, worker, tiles, times);
  }

  @Override
  public void drawnAgain(BatchKind kind, String worker, double tiles, BatchTimes times) {
    next.drawnAgain(kind, worker, tiles, times);
  }

  @Override
  public void audited(AuditOutcome outcome) {
    next.audited(outcome);
  }

  @Override
  public void lied(String worker) {
    next.lied(worker);
  }

  @Override
  public void failed(BatchKind kind, String worker, double tiles, FailureCode code) {
    next.failed(kind, worker, tiles, code);
  }

  @Override
  public void again(BatchKind kind, String worker, double tiles, Again why) {
    next.again(kind, worker, tiles, why);
  }

  @Override
  public void late(BatchKind kind, String worker, double tiles) {
    next.late(kind, worker, tiles);
  }
}
