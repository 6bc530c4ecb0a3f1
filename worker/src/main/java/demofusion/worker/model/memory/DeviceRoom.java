package demofusion.worker.model.memory;

/** Room on a device for what comes beside the model's own networks. */
@FunctionalInterface
public interface DeviceRoom {
  /** A device that is asked itself. */
  DeviceRoom UNBOUNDED = (what, bytes) -> () -> {};

  /**
   * Takes room.
   *
   * @return gives it back
   * @throws demofusion.protocol.DemofusionException OUT_OF_MEMORY if there is not so much
   */
  Runnable take(String what, long bytes);
}
