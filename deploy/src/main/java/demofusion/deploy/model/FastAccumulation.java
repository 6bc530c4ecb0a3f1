package demofusion.deploy.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import java.util.Optional;

/** {@code --fast-accumulation}: a precision of its own, for float16 on a GPU. */
public final class FastAccumulation {
  private FastAccumulation() {}

  /**
   * The precision that is meant by the option.
   *
   * @param given beside it; empty: the device's own
   * @param device beside it; empty: the first GPU where this machine has a driver, else the CPU
   * @throws DemofusionException BAD_REQUEST where it would do nothing
   */
  public static Precision of(Optional<Precision> given, Optional<String> device) {
    String name = ModelChoice.deviceName(device);
    if (name.equals("cpu")) {
      throw DemofusionException.badRequest(
          "--fast-accumulation needs a GPU, and the device is cpu: leave it out, or name a --device"
              + " cuda:N");
    }
    Precision precision = given.orElse(Precision.FLOAT16);
    if (precision != Precision.FLOAT16 && !precision.isFastAccumulation()) {
      throw DemofusionException.badRequest(
          "--fast-accumulation sums up in float16 and so needs --precision float16, not "
              + precision);
    }
    return Precision.FLOAT16_FAST_ACCUMULATION;
  }
}
