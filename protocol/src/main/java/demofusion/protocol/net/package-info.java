/**
 * Hosts by the names that networks of containers give them, which {@link java.net.URI} does not
 * take. Read {@link demofusion.protocol.net.UrlHost} first.
 */
@NullMarked
package demofusion.protocol.net;

import org.jspecify.annotations.NullMarked;
