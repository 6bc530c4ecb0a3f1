package demofusion.worker.nvml;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Why clocks are below what they could be, by NVML's bits. That nothing runs is none of them. */
public enum ThrottleReason {
  /** Usual under full load: the card takes all the power that it may. */
  POWER_CAP(0x4),
  /** The card itself halves its clocks or more: heat, power brake, or a supply that sags. */
  HW_SLOWDOWN(0x8),
  SYNC_BOOST(0x10),
  SW_THERMAL(0x20),
  HW_THERMAL(0x40),
  POWER_BRAKE(0x80);

  private final long bit;

  ThrottleReason(long bit) {
    this.bit = bit;
  }

  static Map<ThrottleReason, Boolean> of(long bits) {
    Map<ThrottleReason, Boolean> reasons = new EnumMap<>(ThrottleReason.class);
    for (ThrottleReason reason : values()) {
      reasons.put(reason, (bits & reason.bit) != 0);
    }
    return reasons;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
