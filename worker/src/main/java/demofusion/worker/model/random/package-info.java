/**
 * Models of any size whose weights nobody trained, for what a device can be asked without them:
 * read {@link demofusion.worker.model.random.RandomModel} first.
 */
@NullMarked
package demofusion.worker.model.random;

import org.jspecify.annotations.NullMarked;
