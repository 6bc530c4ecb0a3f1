package demofusion.coordinator.usage;

import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Accounts for what happens on a farm. */
public final class MeteredFarm implements FarmObserver {
  private static final double MEGA = 1e6;

  private final UsageLedger ledger;
  private final RenderEvent.Visitor events = new Events();
  private final Map<JobId, Double> megapixels = new ConcurrentHashMap<>(); // of those that run

  public MeteredFarm(UsageLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void used(
      JobId job, String device, DeviceUse use, double forwards, long deviceNanos, double joules) {
    ledger.record(
        UsageLine.used(
            job.value(), device, UsageLine.Use.valueOf(use.name()), forwards, deviceNanos, joules));
  }

  @Override
  public void begun(JobId job, String owner, String model, Duration waited, boolean isFirst) {
    ledger.record(UsageLine.begun(job.value(), owner, model, waited.toMillis(), isFirst));
  }

  @Override
  public void received(RenderEvent event) {
    event.accept(events);
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
}
