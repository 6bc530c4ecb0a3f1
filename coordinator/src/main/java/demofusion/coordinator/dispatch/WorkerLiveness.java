package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges by the time since a worker was last heard whether it is still there. A worker that is
 * silent is given nothing more and its batches go to others too; one that stays silent is lost.
 * Until then it need only be heard again: a busy machine costs time, not membership.
 *
 * <p>Where this process itself stood still (stopped, swapped out, starved), everybody seems to have
 * been silent. What was looked at too late is therefore no silence of theirs.
 *
 * <p>Times are of any monotonic clock in nanoseconds.
 */
final class WorkerLiveness {
  /** A killed worker's batches begin anew after this. */
  static final Duration SILENT = Duration.ofSeconds(4);

  /** Long enough for a worker on a machine where everything stalls. */
  static final Duration LOST = Duration.ofSeconds(20);

  /** Who looks more rarely than this was held up itself. */
  private static final Duration LATEST_CHECK = Duration.ofSeconds(1);

  private static final class Pulse {
    long heardAt;
    boolean isSilent;

    Pulse(long heardAt) {
      this.heardAt = heardAt;
    }
  }

  /**
   * What became known by a check.
   *
   * @param silent since now
   * @param lost and forgotten here
   */
  record Findings(List<WorkerId> silent, List<WorkerId> lost) {}

  private final Map<WorkerId, Pulse> pulses = new HashMap<>();
  private long checkedAt;

  /** Expects to hear this worker from now on. */
  void expect(WorkerId worker, long now) {
    if (pulses.isEmpty()) {
      checkedAt = now;
    }
    pulses.put(worker, new Pulse(now));
  }

  /**
   * A sign of life of whatever kind.
   *
   * @return whether the worker was silent before
   */
  boolean heard(WorkerId worker, long now) {
    Pulse pulse = pulses.get(worker);
    if (pulse == null) {
      return false;
    }
    boolean wasSilent = pulse.isSilent;
    pulse.heardAt = now;
    pulse.isSilent = false;
    return wasSilent;
  }

  void forget(WorkerId worker) {
    pulses.remove(worker);
  }

  /** Whether there is anybody to be heard. */
  boolean isWaiting() {
    return !pulses.isEmpty();
  }

  /** To be asked several times a second. */
  Findings check(long now) {
    long heldUp = now - checkedAt;
    checkedAt = now;
    Findings findings = new Findings(new ArrayList<>(), new ArrayList<>());
    for (Map.Entry<WorkerId, Pulse> each : List.copyOf(pulses.entrySet())) {
      Pulse pulse = each.getValue();
      if (heldUp > LATEST_CHECK.toNanos()) {
        pulse.heardAt = Math.min(now, pulse.heardAt + heldUp);
      }
      long silence = now - pulse.heardAt;
      if (silence >= LOST.toNanos()) {
        pulses.remove(each.getKey());
        findings.lost().add(each.getKey());
      } else if (silence >= SILENT.toNanos() && !pulse.isSilent) {
        pulse.isSilent = true;
        findings.silent().add(each.getKey());
      }
    }
    return findings;
  }
}
