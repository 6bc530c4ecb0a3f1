package demofusion.coordinator.render;

import demofusion.protocol.FailureCode;

/**
 * A batch that will not be tried again.
 *
 * @param sentence what happened, for the user
 */
record GivenUp(long batch, FailureCode code, String sentence) {}
