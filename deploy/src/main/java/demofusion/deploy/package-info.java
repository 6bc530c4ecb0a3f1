/**
 * Puts the modules together. {@link demofusion.deploy.Main} is the program; the commands are in
 * {@code deploy.command}, the single node in {@code deploy.node}. {@link
 * demofusion.deploy.HelpPages} and {@link demofusion.deploy.CdsTraining} serve the build and the
 * launcher.
 */
@NullMarked
package demofusion.deploy;

import org.jspecify.annotations.NullMarked;
