/**
 * Jobs on their way through the farm. Read {@link demofusion.coordinator.render.RenderSession}
 * first: one actor per job, which walks through the pure algorithm and has its work done by the
 * {@link demofusion.coordinator.render.Dispatcher}, whose decisions are the {@link
 * demofusion.coordinator.render.LeaseLedger}'s. {@link demofusion.coordinator.render.RenderQueue}
 * is the one door for jobs.
 */
@NullMarked
package demofusion.coordinator.render;

import org.jspecify.annotations.NullMarked;
