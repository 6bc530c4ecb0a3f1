/**
 * Assigns work to workers. Read {@link demofusion.coordinator.dispatch.Dispatcher} first: the actor
 * that knows the workers, leases view batches to those that ask for work, and receives their
 * answers; its decisions are made by the pure {@code dispatch.ledger}. It knows nothing about
 * images: the {@code render} package above it submits the work.
 */
@NullMarked
package demofusion.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
