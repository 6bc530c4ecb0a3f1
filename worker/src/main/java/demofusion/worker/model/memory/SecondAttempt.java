package demofusion.worker.model.memory;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Tries again what found no room on a device, once something else has left it. */
public final class SecondAttempt {
  private SecondAttempt() {}

  /**
   * @param work that leaves nothing behind where it fails
   * @param makingRoom takes off the device what can be made again; false: there was nothing
   * @throws DemofusionException OUT_OF_MEMORY if there is no room then either
   */
  public static <R> R of(Supplier<R> work, BooleanSupplier makingRoom) {
    try {
      return work.get();
    } catch (DemofusionException e) {
      if (e.code() != FailureCode.OUT_OF_MEMORY || !makingRoom.getAsBoolean()) {
        throw e;
      }
    }
    return work.get();
  }
}
