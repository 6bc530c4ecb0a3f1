package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.FailureCode;

/**
 * A batch that will not be tried again.
 *
 * @param sentence what happened, for the user
 */
public record GivenUp(long batch, FailureCode code, String sentence) {}
