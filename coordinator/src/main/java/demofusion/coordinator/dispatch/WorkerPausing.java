package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.WorkerChange;
import demofusion.protocol.message.TileWorkerProtocol.Rest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices that somebody wants back: their workers get nothing, and are told to take their models
 * off the device; told again and again, since they may come anew or not have heard it. Part of the
 * {@link Dispatcher}.
 */
final class WorkerPausing {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final long TELL_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

  private final WorkerPauses pauses;
  private final WorkerRoster roster;
  private final LeaseLedger ledger;
  private long toldAt;

  WorkerPausing(WorkerPauses pauses, WorkerRoster roster, LeaseLedger ledger) {
    this.pauses = pauses;
    this.roster = roster;
    this.ledger = ledger;
    pauses.names().forEach(name -> ledger.change(name, WorkerChange.PAUSE));
  }

  /** Whether time matters. */
  boolean isWaiting() {
    return !pauses.isEmpty();
  }

  /** Ends it too; a name that nobody has is not paused, and may be resumed. */
  void change(DispatcherCommand.Pause pause) {
    String worker = pause.worker();
    Instant end = pause.end();
    if (end == null) {
      boolean wasPaused = resume(worker, "an operator");
      pause.replyTo().tell(new DispatcherCommand.Paused(wasPaused || isThere(worker)));
    } else if (isThere(worker)) {
      pauses.pause(worker, end);
      ledger.change(worker, WorkerChange.PAUSE);
      LOG.info(
          "event=worker-paused worker={} until={}",
          worker,
          end.equals(WorkerPauses.OPEN) ? "resumed" : end);
      tellToRest(worker);
      pause.replyTo().tell(new DispatcherCommand.Paused(true));
    } else {
      pause.replyTo().tell(new DispatcherCommand.Paused(false));
    }
  }

  private boolean resume(String worker, String by) {
    boolean wasPaused = pauses.resume(worker);
    if (wasPaused) {
      ledger.change(worker, WorkerChange.UNPAUSE);
      LOG.info("event=worker-resumed worker={} by=\"{}\"", worker, by);
    }
    return wasPaused;
  }

  /** Time has passed. */
  void tick(long nanos, Instant now) {
    pauses.over(now).forEach(worker -> resume(worker, "the clock"));
    if (nanos - toldAt >= TELL_AGAIN_NANOS) {
      toldAt = nanos;
      pauses.names().forEach(this::tellToRest);
    }
  }

  private void tellToRest(String worker) {
    named(worker).forEach(entry -> entry.ref().tell(new Rest()));
  }

  private boolean isThere(String worker) {
    return !named(worker).isEmpty();
  }

  private List<WorkerRoster.Entry> named(String worker) {
    return roster.all().stream()
        .filter(entry -> entry.introduction() != null)
        .filter(entry -> ledger.name(entry.id()).equals(worker))
        .toList();
  }
}
