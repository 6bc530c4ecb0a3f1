package demofusion.coordinator.render.timing;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures where a run's time goes: handed out, complete, computing, handed out again; and between
 * phases. Not for several threads at once.
 */
public final class StepClock {
  private final LongSupplier nanoTime;
  private final Clock clock;
  private @Nullable Instant begun;
  private @Nullable Instant ended;
  private long since;
  private boolean isComplete;
  private long waited;
  private long computed;
  private long heldUp;
  private long between;
  private boolean isBetween;
  private long lastWaited;
  private long lastHeldUp;

  public StepClock(LongSupplier nanoTime, Clock clock) {
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** A timestep's view batches are handed out. */
  public void scattered() {
    if (begun == null) {
      begin();
    } else if (isBetween) {
      between += lap();
      isBetween = false;
    } else {
      computed += lap();
    }
  }

  /** The next phase cannot begin yet: from here to its first view batches it is made ready. */
  public void between() {
    if (begun == null) {
      begin();
    } else if (!isBetween) {
      computed += lap();
    }
    isBetween = true;
  }

  private void begin() {
    begun = clock.instant();
    since = nanoTime.getAsLong();
  }

  /**
   * All view batches have come back.
   *
   * @return false if that was known already: the first time counts
   */
  public boolean complete() {
    if (isComplete) {
      return false;
    }
    isComplete = true;
    lastWaited = lap();
    waited += lastWaited;
    return true;
  }

  /** The checkpoint before is on disk: the next timestep is computed. */
  public void advancing() {
    isComplete = false;
    lastHeldUp = lap();
    heldUp += lastHeldUp;
  }

  /** Of the timestep that has been computed, what came before that. */
  public long lastWaited() {
    return lastWaited;
  }

  /** The same for how long it was held up by the checkpoint before. */
  public long lastHeldUp() {
    return lastHeldUp;
  }

  /** There is no next timestep. */
  public void ended() {
    if (begun != null) {
      computed += lap();
      ended = clock.instant();
    }
  }

  private long lap() {
    long now = nanoTime.getAsLong();
    long lap = now - since;
    since = now;
    return lap;
  }

  /** Null where this run had no timestep to do. */
  public @Nullable StepTimes times() {
    Instant from = begun;
    Instant to = ended;
    return from == null || to == null
        ? null
        : new StepTimes(
            from,
            to,
            waited / 1e9,
            computed / 1e9,
            heldUp / 1e9,
            between == 0 ? null : between / 1e9);
  }
}
