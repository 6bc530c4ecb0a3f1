package demofusion.protocol.model;

import org.jspecify.annotations.Nullable;

/**
 * What a worker announces of its model, and all that a coordinator ever knows of one.
 *
 * @param name for people: the folder's last name
 * @param hash SHA-256 over configuration and weights, hexadecimal; workers with another hash are
 *     not asked
 * @param precision in which the UNet runs: float32, float16 or bfloat16
 * @param device for people: cpu, cuda:0
 * @param settings what the model recommends where a request is silent
 * @param fileHash of a model in one file, as other programs know it: SHA-256 of the file,
 *     hexadecimal; null for a folder
 * @param hardware that the worker has, as its maker calls it, with its driver: only where it is the
 *     same are all bits; empty where it is not known
 */
public record ModelCard(
    String name,
    String hash,
    ModelGeometry geometry,
    SchedulerConfig scheduler,
    Precision precision,
    String device,
    ModelSettings settings,
    @Nullable String fileHash,
    String hardware) {
  /** Characters of it, at most. */
  public static final int LONGEST_HARDWARE = 300;

  /** A model that recommends nothing, in a folder. */
  public ModelCard(
      String name,
      String hash,
      ModelGeometry geometry,
      SchedulerConfig scheduler,
      Precision precision,
      String device) {
    this(name, hash, geometry, scheduler, precision, device, ModelSettings.NONE, null, "");
  }

  /** The same model with other recommendations. */
  public ModelCard withSettings(ModelSettings other) {
    return new ModelCard(
        name, hash, geometry, scheduler, precision, device, other, fileHash, hardware);
  }

  /**
   * The kind of device: what stands before the colon in its name (cuda of cuda:0). Pictures have
   * the same bits only on devices of one kind.
   */
  public String deviceKind() {
    int colon = device.indexOf(':');
    return colon < 0 ? device : device.substring(0, colon);
  }

  public ModelKind kind() {
    return new ModelKind(hash, precision, deviceKind());
  }
}
