/**
 * How the language of {@code demofusion.protocol} becomes bytes between two nodes, and how bytes
 * that nobody vouches for become values again.
 *
 * <p>Read {@link demofusion.protocol.wire.WireSerializer} first, which Pekko finds through {@code
 * reference.conf}; then {@link demofusion.protocol.wire.WireTable}, which lists everything that may
 * cross. Connections that are not Artery's have {@link demofusion.protocol.wire.LinkCodec}. Whoever
 * sends asks {@link demofusion.protocol.wire.WireSize} whether a message fits.
 *
 * <p>Whatever changes the bytes (another component, another order, another value of an enum, a new
 * row of the table) raises {@link demofusion.protocol.wire.WireSerializer#VERSION}.
 */
@NullMarked
package demofusion.protocol.wire;

import org.jspecify.annotations.NullMarked;
