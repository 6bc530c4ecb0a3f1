/**
 * Where the program lies: {@link demofusion.deploy.launch.Installation} (read first), and which
 * libtorch goes with it.
 */
@NullMarked
package demofusion.deploy.launch;

import org.jspecify.annotations.NullMarked;
