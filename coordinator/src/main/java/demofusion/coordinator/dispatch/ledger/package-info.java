/**
 * Scheduling decisions as pure code: events in, decisions out, time as a parameter; no actor, no
 * clock, no randomness. Read {@link demofusion.coordinator.dispatch.ledger.LeaseLedger} first. The
 * plan defines which batches exist and what they contain, so nothing here can change an image's
 * bits.
 *
 * <p>The policies have a file each: {@link
 * demofusion.coordinator.dispatch.ledger.CompletionForecast} estimates when a worker will be done,
 * {@link demofusion.coordinator.dispatch.ledger.BatchSelection} chooses its next batch, {@link
 * demofusion.coordinator.dispatch.ledger.Speculation} which batch an idle worker repeats, {@link
 * demofusion.coordinator.dispatch.ledger.Deadlines} decides when an answer is overdue, {@link
 * demofusion.coordinator.dispatch.ledger.WorkerQuarantine} which worker is quarantined.
 */
@NullMarked
package demofusion.coordinator.dispatch.ledger;

import org.jspecify.annotations.NullMarked;
