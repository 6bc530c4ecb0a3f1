/**
 * Tensors of files as networks want them, wherever and however they lie: {@link
 * demofusion.worker.model.tensor.TensorView}.
 */
@NullMarked
package demofusion.worker.model.tensor;

import org.jspecify.annotations.NullMarked;
