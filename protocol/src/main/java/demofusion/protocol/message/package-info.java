/**
 * The messages that cross between a coordinator's dispatcher and its workers. Read {@link
 * demofusion.protocol.message.TileWorkerProtocol} first.
 *
 * <pre>
 *   worker                                       dispatcher
 *     Heartbeat(session 0), again and again ───────▶
 *     ◀──────────────────────────────── Greet(session)
 *     Introduce(session) ──────────────────────────▶
 *     ◀───────────────────────────── Remember, Perform
 *     Completed, Failed ───────────────────────────▶
 *     Heartbeat(session), again and again ─────────▶
 *     Leaving ─────────────────────────────────────▶
 * </pre>
 */
@NullMarked
package demofusion.protocol.message;

import org.jspecify.annotations.NullMarked;
