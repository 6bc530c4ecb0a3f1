/**
 * The messages that cross between a coordinator's dispatcher and its workers. Read {@link
 * demofusion.protocol.message.TileWorkerProtocol} first.
 */
@NullMarked
package demofusion.protocol.message;

import org.jspecify.annotations.NullMarked;
