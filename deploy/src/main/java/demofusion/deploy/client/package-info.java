/**
 * The farm from outside: {@link demofusion.deploy.client.FarmClient} (read first) asks a
 * coordinator over HTTP, in the records of its API, and waits for one that is being started again.
 */
@NullMarked
package demofusion.deploy.client;

import org.jspecify.annotations.NullMarked;
