/**
 * Workers that can only dial out: one WebSocket each, through the API's port. Read {@link
 * demofusion.coordinator.link.WorkerLinks} first. {@link demofusion.coordinator.link.LinkFlow} is
 * the same at both ends.
 *
 * <pre>
 *   dispatcher ⇄ stand-in ═ LinkFlow ═══ WebSocket ═══ LinkFlow ═ the worker's end ⇄ worker
 * </pre>
 */
@NullMarked
package demofusion.coordinator.link;

import org.jspecify.annotations.NullMarked;
