/**
 * Models as people have them, diffusers folders and single files, read and checked without
 * libtorch. Read {@link demofusion.worker.model.folder.ModelFolder} first; each part has a
 * configuration (a record) and a layout (the tensors that the configuration demands). What is
 * peculiar to a family of models is behind {@link demofusion.worker.model.folder.ModelFamily}.
 */
@NullMarked
package demofusion.worker.model.folder;

import org.jspecify.annotations.NullMarked;
