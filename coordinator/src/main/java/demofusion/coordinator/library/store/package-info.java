/**
 * A farm's files in the coordinator's data folder, under their SHA-256: read {@link
 * demofusion.coordinator.library.store.ModelStore} first.
 *
 * <pre>
 *   uploads/HASH.json   what was announced        (an upload)
 *   uploads/HASH.part   what has come of it
 *   files/HASH.safetensors
 *   files/HASH.json     its name and kind: without this one there is no such file
 *   files/HASH.config   configurations that belong to a checkpoint
 * </pre>
 */
@NullMarked
package demofusion.coordinator.library.store;

import org.jspecify.annotations.NullMarked;
