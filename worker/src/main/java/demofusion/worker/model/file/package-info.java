/** The small files of a model folder: {@link demofusion.worker.model.file.ModelFile}. */
@NullMarked
package demofusion.worker.model.file;

import org.jspecify.annotations.NullMarked;
