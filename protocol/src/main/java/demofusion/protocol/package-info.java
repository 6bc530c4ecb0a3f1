/**
 * The language that coordinator and workers share. Nothing here has behaviour of its own beyond
 * pure functions on its values.
 *
 * <p>Read {@link demofusion.protocol.message.TileWorkerProtocol} and {@link
 * demofusion.protocol.message.DispatcherProtocol} first: what the two sides say to each other. What
 * is asked for lies in {@code protocol.work}, the values of latents in {@code protocol.latent},
 * what a worker announces of its model in {@code protocol.model}. What clients say to a coordinator
 * is {@code protocol.api}.
 */
@NullMarked
package demofusion.protocol;

import org.jspecify.annotations.NullMarked;
