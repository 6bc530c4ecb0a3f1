/**
 * The language that coordinator and workers share. Nothing here has behaviour of its own beyond
 * pure functions on its values.
 *
 * <p>Read {@link demofusion.protocol.TileWorkerProtocol} and {@link
 * demofusion.protocol.DispatcherProtocol} first: what the two sides say to each other. What is
 * asked for lies in {@code protocol.work}, the values of latents and requests in {@code
 * protocol.latent}, what a worker announces of its model in {@code protocol.model}.
 */
@NullMarked
package demofusion.protocol;

import org.jspecify.annotations.NullMarked;
