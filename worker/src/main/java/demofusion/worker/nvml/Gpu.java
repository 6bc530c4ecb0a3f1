package demofusion.worker.nvml;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** One GPU and how it is now. Implemented by {@link NvidiaGpu}, and by stand-ins in tests. */
public interface Gpu {
  /**
   * Which GPU it is.
   *
   * @param uuid of the whole card ("GPU-…"), by which other exporters name it too
   * @param mig of the part of it that is used ("MIG-…"); empty where the card is not partitioned
   * @param name its kind, with the part's size where it is one
   * @param driver the driver's version
   */
  record Identity(String uuid, String mig, String name, String driver) {}

  /**
   * What the driver told; what it does not know of this card is not in it.
   *
   * @param throttled for each reason whether the clocks are held down by it; empty if unknown
   * @param xids how many Xid errors were seen since the card was first asked; empty where the
   *     driver does not report them
   * @param lastXid the last one's number, 0 before the first
   */
  record Reading(
      Map<Quantity, Double> quantities,
      Map<ThrottleReason, Boolean> throttled,
      OptionalInt xids,
      int lastXid) {
    public static final Reading NOTHING = new Reading(Map.of(), Map.of(), OptionalInt.empty(), 0);

    public Reading {
      quantities = Map.copyOf(quantities);
      throttled = Map.copyOf(throttled);
    }
  }

  /** What is a number, in base units. */
  enum Quantity {
    /** Watts. */
    POWER,
    /** Watts. */
    POWER_LIMIT,
    /** Joules since the driver was loaded. */
    ENERGY,
    /** Degrees Celsius. */
    TEMPERATURE,
    /** Of the multiprocessors, hertz. */
    CLOCK,
    /** The highest it may take. */
    CLOCK_MAX,
    /** Of the memory, hertz. */
    MEMORY_CLOCK,
    /** The highest it may take. */
    MEMORY_CLOCK_MAX,
    /** The share of the time, 0 to 1, in which something ran. */
    UTILIZATION,
    /** Since the driver was loaded. */
    ECC_CORRECTED,
    /** Since the driver was loaded. */
    ECC_UNCORRECTED
  }

  Identity identity();

  /** Asks the driver; empty if the card does not answer in time. */
  Optional<Reading> now();

  /**
   * The energy that it took since the driver was loaded, for whoever asks before and after work;
   * empty if the card does not tell, or not at once.
   */
  default OptionalDouble joules() {
    Double told = now().map(reading -> reading.quantities().get(Quantity.ENERGY)).orElse(null);
    return told == null ? OptionalDouble.empty() : OptionalDouble.of(told);
  }

  /** The power that it draws, asked in the same way. */
  default OptionalDouble watts() {
    Double told = now().map(reading -> reading.quantities().get(Quantity.POWER)).orElse(null);
    return told == null ? OptionalDouble.empty() : OptionalDouble.of(told);
  }
}
