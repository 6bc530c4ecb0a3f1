/**
 * The small files of a model, on the disk or not ({@link demofusion.worker.model.file.ModelFiles}),
 * and how one is read ({@link demofusion.worker.model.file.ModelFile}).
 */
@NullMarked
package demofusion.worker.model.file;

import org.jspecify.annotations.NullMarked;
