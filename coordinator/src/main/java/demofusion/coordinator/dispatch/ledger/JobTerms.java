package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.model.ModelKind;

/**
 * What a job wants of workers.
 *
 * @param model only workers of this kind are asked
 * @param priority the higher goes first
 */
public record JobTerms(ModelKind model, int priority) {}
