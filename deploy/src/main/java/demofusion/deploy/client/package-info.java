/**
 * The client of a farm: {@link demofusion.deploy.client.FarmClient} (read first) calls a
 * coordinator over HTTP, using the records of its API, and waits for one that is restarting.
 */
@NullMarked
package demofusion.deploy.client;

import org.jspecify.annotations.NullMarked;
