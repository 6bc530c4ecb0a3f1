package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.FailureCode;
import demofusion.protocol.LeaseId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What lies between the simulated coordinator and its workers: at most once, in no certain order,
 * and sometimes twice.
 */
final class SimulatedNetwork {
  /**
   * How bad it is.
   *
   * @param delayNanos of a message, at least
   * @param moreDelayNanos on top of it, at most: messages overtake each other
   * @param twice how many of a thousand messages come twice
   * @param lost how many of a thousand never come
   * @param jitter of the workers' times, as a part of them
   */
  record Habits(long delayNanos, long moreDelayNanos, int twice, int lost, double jitter) {
    static final Habits PERFECT = new Habits(0, 0, 0, 0, 0);
  }

  private final VirtualTime time;
  private final Habits habits;
  private final Random chance;
  private final Map<SimulatedWorker, Long> cutUntil = new HashMap<>();
  private @Nullable SimulatedCoordinator coordinator;

  SimulatedNetwork(VirtualTime time, Habits habits, Random chance) {
    this.time = time;
    this.habits = habits;
    this.chance = chance;
  }

  private SimulatedCoordinator coordinator() {
    return Objects.requireNonNull(coordinator);
  }

  void connect(SimulatedCoordinator to) {
    coordinator = to;
  }

  void cut(SimulatedWorker worker, long until) {
    cutUntil.merge(worker, until, Math::max);
  }

  boolean isCut(SimulatedWorker worker) {
    return cutUntil.getOrDefault(worker, 0L) > time.now();
  }

  double jitter() {
    return 1 + habits.jitter * (chance.nextDouble() - 0.5);
  }

  void perform(SimulatedWorker worker, LeaseId lease, Object work, double effort) {
    send(worker, () -> worker.hearPerform(lease, work, effort));
  }

  void withdraw(SimulatedWorker worker, LeaseId lease) {
    send(worker, () -> worker.hearWithdraw(lease));
  }

  void complete(
      SimulatedWorker worker,
      WorkerId as,
      LeaseId lease,
      Object answer,
      long deviceNanos,
      long waitedNanos) {
    send(worker, () -> coordinator().hearCompleted(lease, as, answer, deviceNanos, waitedNanos));
  }

  void fail(SimulatedWorker worker, WorkerId as, LeaseId lease, FailureCode code) {
    send(worker, () -> coordinator().hearFailed(lease, as, code));
  }

  private void send(SimulatedWorker worker, Runnable message) {
    if (isCut(worker) || chance.nextInt(1000) < habits.lost) {
      return;
    }
    int times = chance.nextInt(1000) < habits.twice ? 2 : 1;
    for (int n = 0; n < times; n++) {
      long more = habits.moreDelayNanos == 0 ? 0 : chance.nextLong(habits.moreDelayNanos);
      if (habits.delayNanos + more == 0) {
        message.run();
      } else {
        time.after(
            habits.delayNanos + more,
            () -> {
              if (!isCut(worker)) {
                message.run();
              }
            });
      }
    }
  }
}
