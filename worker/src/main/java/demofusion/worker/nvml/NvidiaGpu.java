package demofusion.worker.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A GPU as NVML tells of it. Every question is one that no forward waits for, takes well under a
 * millisecond as a rule, and is left out of the reading if this card or driver has no answer. Not
 * for several threads at once: {@link PatientGpu} sees to that.
 */
final class NvidiaGpu implements Gpu {
  private static final int TEXT = 96;
  private static final double MILLI = 1e-3; // power is told in milliwatts, energy in millijoules
  private static final double MEGA = 1e6;
  private static final double PERCENT = 1e-2;
  private static final int TEMPERATURE_OF_GPU = 0;
  private static final int CLOCK_OF_SM = 1;
  private static final int CLOCK_OF_MEMORY = 2;
  private static final int ECC_CORRECTED = 0;
  private static final int ECC_UNCORRECTED = 1;
  private static final int SINCE_DRIVER = 0;
  private static final long XID_ERRORS = 0x8;

  /** nvmlEventData_t: device, kind, data (8 bytes each), two numbers of a part (4 each). */
  private static final int EVENT_BYTES = 32;

  private static final int EVENT_DATA_AT = 16;
  private static final int MOST_EVENTS = 1000;

  private final DriverLibrary nvml;
  private final Pointer device;
  private final Identity identity;
  private @Nullable Pointer events;
  private boolean asked;
  private int xids;
  private int lastXid;

  private NvidiaGpu(DriverLibrary nvml, Pointer device, Identity identity) {
    this.nvml = nvml;
    this.device = device;
    this.identity = identity;
  }

  static Optional<Gpu> at(DriverLibrary nvml, CudaDevice cuda) {
    PointerByReference handle = new PointerByReference();
    Memory uuid = new Memory(TEXT);
    Memory driver = new Memory(TEXT);
    boolean told =
        nvml.does("nvmlInit_v2")
            && nvml.does("nvmlDeviceGetHandleByPciBusId_v2", cuda.place(), handle)
            && nvml.does("nvmlDeviceGetUUID", handle.getValue(), uuid, TEXT)
            && nvml.does("nvmlSystemGetDriverVersion", driver, TEXT);
    return told
        ? Optional.of(
            new NvidiaGpu(
                nvml, handle.getValue(), identity(uuid.getString(0), cuda, driver.getString(0))))
        : Optional.empty();
  }

  /** CUDA names the part that is used of a partitioned card, NVML the card that is at the place. */
  private static Identity identity(String card, CudaDevice cuda, String driver) {
    String mig =
        cuda.uuid()
            .filter(used -> !card.equals("GPU-" + used))
            .map(used -> "MIG-" + used)
            .orElse("");
    return new Identity(card, mig, cuda.name(), driver);
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public Optional<Reading> now() {
    Map<Quantity, Double> told = new EnumMap<>(Quantity.class);
    watts().ifPresent(power -> told.put(Quantity.POWER, power));
    askNumber(told, Quantity.POWER_LIMIT, MILLI, "nvmlDeviceGetEnforcedPowerLimit");
    joules().ifPresent(energy -> told.put(Quantity.ENERGY, energy));
    askNumber(told, Quantity.TEMPERATURE, 1, "nvmlDeviceGetTemperature", TEMPERATURE_OF_GPU);
    askNumber(told, Quantity.CLOCK, MEGA, "nvmlDeviceGetClockInfo", CLOCK_OF_SM);
    askNumber(told, Quantity.CLOCK_MAX, MEGA, "nvmlDeviceGetMaxClockInfo", CLOCK_OF_SM);
    askNumber(told, Quantity.MEMORY_CLOCK, MEGA, "nvmlDeviceGetClockInfo", CLOCK_OF_MEMORY);
    askNumber(told, Quantity.MEMORY_CLOCK_MAX, MEGA, "nvmlDeviceGetMaxClockInfo", CLOCK_OF_MEMORY);
    Memory shares = new Memory(2L * Integer.BYTES); // of the time for kernels, for memory
    if (nvml.does("nvmlDeviceGetUtilizationRates", device, shares)) {
      told.put(Quantity.UTILIZATION, shares.getInt(0) * PERCENT);
    }
    askEcc(told, Quantity.ECC_CORRECTED, ECC_CORRECTED);
    askEcc(told, Quantity.ECC_UNCORRECTED, ECC_UNCORRECTED);
    return Optional.of(new Reading(told, throttled(), xids(), lastXid));
  }

  /** May be asked beside anything else. */
  @Override
  public OptionalDouble joules() {
    OptionalLong energy = askLong("nvmlDeviceGetTotalEnergyConsumption");
    return energy.isPresent()
        ? OptionalDouble.of(energy.getAsLong() * MILLI)
        : OptionalDouble.empty();
  }

  /** May be asked beside anything else. */
  @Override
  public OptionalDouble watts() {
    IntByReference power = new IntByReference();
    return nvml.does("nvmlDeviceGetPowerUsage", device, power)
        ? OptionalDouble.of(Integer.toUnsignedLong(power.getValue()) * MILLI)
        : OptionalDouble.empty();
  }

  private Map<ThrottleReason, Boolean> throttled() {
    OptionalLong bits = askLong("nvmlDeviceGetCurrentClocksEventReasons");
    if (bits.isEmpty()) { // its name before driver 535
      bits = askLong("nvmlDeviceGetCurrentClocksThrottleReasons");
    }
    return bits.isEmpty() ? Map.of() : ThrottleReason.of(bits.getAsLong());
  }

  private void askNumber(
      Map<Quantity, Double> told, Quantity quantity, double unit, String question, int... which) {
    IntByReference answer = new IntByReference();
    boolean known =
        which.length == 0
            ? nvml.does(question, device, answer)
            : nvml.does(question, device, which[0], answer);
    if (known) {
      told.put(quantity, Integer.toUnsignedLong(answer.getValue()) * unit);
    }
  }

  private OptionalLong askLong(String question) {
    LongByReference answer = new LongByReference();
    return nvml.does(question, device, answer)
        ? OptionalLong.of(answer.getValue())
        : OptionalLong.empty();
  }

  private void askEcc(Map<Quantity, Double> told, Quantity quantity, int kind) {
    LongByReference answer = new LongByReference();
    if (nvml.does("nvmlDeviceGetTotalEccErrors", device, kind, SINCE_DRIVER, answer)) {
      told.put(quantity, (double) answer.getValue());
    }
  }

  /** The driver keeps what happens until it is taken, so it is asked to at the first look only. */
  private OptionalInt xids() {
    if (!asked) {
      asked = true;
      PointerByReference set = new PointerByReference();
      if (nvml.does("nvmlEventSetCreate", set)
          && nvml.does("nvmlDeviceRegisterEvents", device, XID_ERRORS, set.getValue())) {
        events = set.getValue();
      }
    }
    if (events == null) {
      return OptionalInt.empty();
    }
    Memory event = new Memory(EVENT_BYTES);
    for (int n = 0; n < MOST_EVENTS && nvml.does("nvmlEventSetWait_v2", events, event, 0); n++) {
      xids++;
      lastXid = (int) event.getLong(EVENT_DATA_AT);
    }
    return OptionalInt.of(xids);
  }
}
