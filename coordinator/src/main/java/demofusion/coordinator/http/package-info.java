/**
 * The farm's HTTP API. It parses, authenticates, and delegates to {@link
 * demofusion.coordinator.job.Jobs} and the dispatcher; nothing is decided here about images.
 */
@NullMarked
package demofusion.coordinator.http;

import org.jspecify.annotations.NullMarked;
