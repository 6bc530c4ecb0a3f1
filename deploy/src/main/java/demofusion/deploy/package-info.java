/** Putting rooms together: the command line and the single node. */
@NullMarked
package demofusion.deploy;

import org.jspecify.annotations.NullMarked;
