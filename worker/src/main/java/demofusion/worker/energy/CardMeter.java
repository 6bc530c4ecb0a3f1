package demofusion.worker.energy;

import demofusion.worker.nvml.Gpu;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters one card while a batch of this process is on it. A card with a counter of energy is asked
 * for it when a batch begins or ends. Of one without, power is asked for then and, in between,
 * every {@link #EVERY}, and integrated by the trapezoid rule. Of a card that tells neither, nothing
 * is known. It is always the whole card: what other processes take of it meanwhile is in it.
 */
public final class CardMeter {
  /** Kernels of a batch take longer, and drivers renew what they say of power about as often. */
  static final Duration EVERY = Duration.ofMillis(150);

  /** Power that was not told for longer says nothing of the time between. */
  static final Duration LONGEST_GAP = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(CardMeter.class);
  private static final double NANOS = 1e9;

  /** Meters nothing, since there is no card, only a part of one, or one that tells nothing. */
  static final Batch NOTHING = () -> Energy.UNKNOWN;

  /** A batch that is on the card. */
  public interface Batch {
    /** It is not any more; what it took. */
    Energy end();
  }

  /** Asks again and again, on a thread that is no lane's. */
  interface Sampler {
    /** Runs it regularly until what is returned is run. */
    Runnable start(Runnable sample);
  }

  private final Gpu gpu;
  private final LongSupplier nanoTime;
  private final Sampler sampler;
  private final EnergyShares shares = new EnergyShares();
  private @Nullable EnergySource source; // while a batch is on the card
  private double lastJoules; // NaN where the counter did not answer
  private double lastWatts; // NaN where power was not told at a batch's begin or end
  private long lastNanos; // of lastWatts
  private long batches;
  private boolean hasCounter; // once told: a slow answer does not make it a card without
  private boolean said;
  private Runnable stopSampling = () -> {};

  CardMeter(Gpu gpu, LongSupplier nanoTime, Sampler sampler) {
    this.gpu = gpu;
    this.nanoTime = nanoTime;
    this.sampler = sampler;
  }

  /** A batch begins now. */
  public synchronized Batch begin() {
    if (shares.isIdle()) {
      open();
    } else {
      advance(true);
    }
    if (source == null) {
      return NOTHING;
    }
    long batch = batches++;
    shares.begin(batch);
    return () -> end(batch);
  }

  /** The first batch decides how the card is metered, until it is idle again. */
  private void open() {
    source = null;
    lastJoules = gpu.joules().orElse(Double.NaN);
    hasCounter |= !Double.isNaN(lastJoules);
    if (hasCounter) {
      source = EnergySource.COUNTER;
      return;
    }
    lastWatts = gpu.watts().orElse(Double.NaN);
    lastNanos = nanoTime.getAsLong();
    if (!Double.isNaN(lastWatts)) {
      source = EnergySource.POWER;
      stopSampling = sampler.start(this::sample);
      sayOnce();
    }
  }

  private void sayOnce() {
    if (!said) {
      said = true;
      LOG.info(
          "event=energy-from-power card={} every-millis={}",
          gpu.identity().uuid(),
          EVERY.toMillis());
    }
  }

  private synchronized Energy end(long batch) {
    advance(true);
    EnergySource its = source;
    double joules = shares.end(batch);
    if (shares.isIdle()) {
      stopSampling.run();
      stopSampling = () -> {};
    }
    return new Energy(joules, its);
  }

  private synchronized void sample() {
    if (!shares.isIdle()) { // it may come just after the last batch
      advance(false);
    }
  }

  /**
   * Takes what the card took since the last time.
   *
   * @param isEdge whether a batch begins or ends now: then the time until now cannot be told from
   *     the time after it once it is over
   */
  private void advance(boolean isEdge) {
    if (source == EnergySource.COUNTER) {
      double now = gpu.joules().orElse(Double.NaN);
      double took = now - lastJoules; // NaN where one of them is
      shares.add(took >= 0 ? took : Double.NaN); // less than before: the driver was loaded anew
      lastJoules = now;
    } else if (source == EnergySource.POWER) {
      double watts = gpu.watts().orElse(Double.NaN);
      if (Double.isNaN(watts) && !isEdge) {
        return; // the next one bridges it
      }
      long now = nanoTime.getAsLong();
      long nanos = now - lastNanos;
      shares.add(
          nanos <= LONGEST_GAP.toNanos()
              ? (lastWatts + watts) / 2 * (nanos / NANOS) // trapezoid
              : Double.NaN);
      lastWatts = watts;
      lastNanos = now;
    }
  }
}
