/**
 * A model in a single file, as trainers and people exchange it: the same tensors as a diffusers
 * folder's under older names, and no configuration. {@link
 * demofusion.worker.model.checkpoint.Checkpoint} (read first) gives both as a folder would have
 * them; nothing is copied, the tensors stay in the mapped file.
 */
@NullMarked
package demofusion.worker.model.checkpoint;

import org.jspecify.annotations.NullMarked;
