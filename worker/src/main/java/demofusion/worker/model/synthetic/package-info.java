/**
 * A cheap deterministic stand-in for a real model: for tests, and to see what a farm can do without
 * a GPU. Read {@link demofusion.worker.model.synthetic.SyntheticModel} first.
 */
@NullMarked
package demofusion.worker.model.synthetic;

import org.jspecify.annotations.NullMarked;
