package demofusion.protocol.model;

/**
 * All of a model that decides a picture's bits; a job's batches go only to workers of its own kind.
 *
 * @param hash over configuration and weights
 * @param precision in which the UNet runs
 * @param device the kind of device: cpu, cuda
 */
public record ModelKind(String hash, Precision precision, String device) {}
