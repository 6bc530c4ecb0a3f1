package demofusion.protocol.model;

/**
 * What a worker announces of its model, and all that a coordinator ever knows of one.
 *
 * @param name for people: the folder's last name
 * @param hash SHA-256 over configuration and weights, hexadecimal; workers with another hash are
 *     not asked
 * @param precision in which the UNet runs: float32, float16 or bfloat16
 * @param device for people: cpu, cuda:0
 */
public record ModelCard(
    String name,
    String hash,
    ModelGeometry geometry,
    SchedulerConfig scheduler,
    Precision precision,
    String device) {}
