/**
 * The farm's HTTP API. It parses, checks who asks, and hands over to {@link
 * demofusion.coordinator.job.Jobs} and the dispatcher; nothing is decided here about pictures.
 */
@NullMarked
package demofusion.coordinator.http;

import org.jspecify.annotations.NullMarked;
