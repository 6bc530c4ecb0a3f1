package demofusion.coordinator.usage;

/** Is told of device time as it is accounted for; from one thread at a time. */
public interface UsageObserver {
  UsageObserver NONE = (who, device, use, nanos) -> {};

  /**
   * @param who the token's name
   * @param device as its maker calls it
   * @param use counted, retried, audit or lost
   */
  void used(String who, String device, String use, long nanos);
}
