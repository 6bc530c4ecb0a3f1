package demofusion.coordinator.render.ledger;

import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;

/**
 * All of a model that decides a picture's bits; a job's batches go only to workers of its own kind.
 *
 * @param hash over configuration and weights
 * @param device the kind of device: cpu, cuda
 */
public record ModelKind(String hash, Precision precision, String device) {
  public static ModelKind of(ModelCard card) {
    return new ModelKind(card.hash(), card.precision(), card.deviceKind());
  }
}
