/**
 * Where the program lies and how it starts: {@link demofusion.deploy.launch.Installation} (read
 * first), the pages of help that the launcher prints, the rehearsal for class data sharing.
 */
@NullMarked
package demofusion.deploy.launch;

import org.jspecify.annotations.NullMarked;
