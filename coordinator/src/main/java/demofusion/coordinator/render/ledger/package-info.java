/**
 * Who does what, as a plain book: events in, decisions out, time as a parameter; no actor, no
 * clock, no chance. Read {@link demofusion.coordinator.render.ledger.LeaseLedger} first. Which
 * batches there are and what is in them is the plan's business, so nothing here can change a
 * picture's bits.
 *
 * <p>The policies have a file each: {@link demofusion.coordinator.render.ledger.Forecast} says when
 * a worker will be done, {@link demofusion.coordinator.render.ledger.Choice} which batch it gets,
 * {@link demofusion.coordinator.render.ledger.Speculation} what an idle one does twice, {@link
 * demofusion.coordinator.render.ledger.Deadlines} when an answer is overdue, {@link
 * demofusion.coordinator.render.ledger.Discipline} who gets nothing more.
 */
@NullMarked
package demofusion.coordinator.render.ledger;

import org.jspecify.annotations.NullMarked;
