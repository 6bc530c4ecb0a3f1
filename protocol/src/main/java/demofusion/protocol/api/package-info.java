/**
 * What clients and coordinators say to each other: jobs, events, workers, refusals. Without Pekko
 * and without HTTP, so that a client depends on this package (and on {@code api.request}, the
 * requests) alone. Read {@link demofusion.protocol.api.JobView} first.
 */
@NullMarked
package demofusion.protocol.api;

import org.jspecify.annotations.NullMarked;
