package demofusion.protocol.api.usage;

import java.util.List;

/**
 * What one person, or one model, or one day used.
 *
 * @param key the token's name, the model's name, or the day (2026-11-30)
 * @param jobs that were begun for the first time
 * @param pictures that were finished
 * @param megapixels of those
 * @param forwards guided views that UNets evaluated, of useful answers
 * @param waitingSeconds that jobs waited before they were begun or went on
 * @param devices of each kind that worked for it, by name
 */
public record UsageRow(
    String key,
    long jobs,
    long pictures,
    double megapixels,
    double forwards,
    double waitingSeconds,
    List<DeviceSeconds> devices) {
  public UsageRow {
    devices = List.copyOf(devices);
  }

  /** Of all devices. */
  public DeviceSeconds deviceSeconds() {
    return devices.stream()
        .reduce(new DeviceSeconds(DeviceSeconds.ALL, 0, 0, 0, 0), DeviceSeconds::plus);
  }
}
