/**
 * Model folders on the command line: {@link demofusion.deploy.model.ModelReport} (read first), and
 * choosing one.
 */
@NullMarked
package demofusion.deploy.model;

import org.jspecify.annotations.NullMarked;
