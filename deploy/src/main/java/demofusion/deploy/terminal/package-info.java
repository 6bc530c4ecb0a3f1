/**
 * What the user sees: data on stdout, messages on stderr ({@link
 * demofusion.deploy.terminal.Terminal}, read first), and the display of a render's progress.
 */
@NullMarked
package demofusion.deploy.terminal;

import org.jspecify.annotations.NullMarked;
