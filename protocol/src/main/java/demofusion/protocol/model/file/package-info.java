/**
 * What a file of weights is, told from its beginning and the header alone: {@link
 * demofusion.protocol.model.file.FileKinds}. Whoever takes files (a coordinator's store, a worker's
 * {@code --model}) asks here, and refuses the others by their own names.
 */
@NullMarked
package demofusion.protocol.model.file;

import org.jspecify.annotations.NullMarked;
