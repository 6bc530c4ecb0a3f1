/**
 * The files that a request may name beside its model (LoRAs, embeddings, VAEs, upscalers,
 * ControlNets, IP-Adapters) and whole checkpoints: read {@link
 * demofusion.coordinator.library.ModelLibrary} first. {@link
 * demofusion.coordinator.library.LocalLibrary} leaves them where they are.
 */
@NullMarked
package demofusion.coordinator.library;

import org.jspecify.annotations.NullMarked;
