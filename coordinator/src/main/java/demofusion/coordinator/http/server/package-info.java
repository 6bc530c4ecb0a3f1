/**
 * The server that combines authentication, routes and the compatibility APIs. Read {@link
 * demofusion.coordinator.http.server.HttpServer} first.
 */
@NullMarked
package demofusion.coordinator.http.server;

import org.jspecify.annotations.NullMarked;
