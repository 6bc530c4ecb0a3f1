/**
 * The seam between the farm and a model: read {@link demofusion.worker.model.DiffusionModel} first.
 */
@NullMarked
package demofusion.worker.model;

import org.jspecify.annotations.NullMarked;
