/**
 * What a model folder is, for people: {@link demofusion.deploy.model.ModelReport} (read first), and
 * which folder is meant.
 */
@NullMarked
package demofusion.deploy.model;

import org.jspecify.annotations.NullMarked;
