/**
 * Requests and responses: bodies read within limits, responses, and every refusal as one sentence.
 * Read {@link demofusion.coordinator.http.body.ApiException} first. Independent of any route.
 */
@NullMarked
package demofusion.coordinator.http.body;

import org.jspecify.annotations.NullMarked;
