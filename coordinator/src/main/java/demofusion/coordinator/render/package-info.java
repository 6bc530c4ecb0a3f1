/**
 * Running jobs. Read {@link demofusion.coordinator.render.RenderSession} first: one actor per job,
 * which steps through the pure algorithm and submits its work to the {@link
 * demofusion.coordinator.dispatch.Dispatcher}, whose decisions are the {@link
 * demofusion.coordinator.dispatch.ledger.LeaseLedger}'s. {@link
 * demofusion.coordinator.render.RenderQueue} is the only entry point for jobs.
 */
@NullMarked
package demofusion.coordinator.render;

import org.jspecify.annotations.NullMarked;
