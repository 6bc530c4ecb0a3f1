/**
 * Where the program is installed: {@link demofusion.deploy.launch.Installation} (read first), and
 * which libtorch it uses.
 */
@NullMarked
package demofusion.deploy.launch;

import org.jspecify.annotations.NullMarked;
