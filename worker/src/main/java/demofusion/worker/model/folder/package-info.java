/**
 * A diffusers SDXL folder as people have them, read and checked without libtorch. Read {@link
 * demofusion.worker.model.folder.ModelFolder} first; each part has a configuration (a record) and a
 * layout (the tensors that the configuration demands).
 */
@NullMarked
package demofusion.worker.model.folder;

import org.jspecify.annotations.NullMarked;
