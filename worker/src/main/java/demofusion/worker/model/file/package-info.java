/**
 * The small files of a model, on the disk or not ({@link demofusion.worker.model.file.ModelFiles}),
 * how one is read ({@link demofusion.worker.model.file.ModelFile}), and which hashes of large files
 * are known already ({@link demofusion.worker.model.file.HashCache}).
 */
@NullMarked
package demofusion.worker.model.file;

import org.jspecify.annotations.NullMarked;
