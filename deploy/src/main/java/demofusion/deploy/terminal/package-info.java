/**
 * What the user sees: data on stdout, words on stderr ({@link demofusion.deploy.terminal.Terminal},
 * read first), and how a render's progress is put.
 */
@NullMarked
package demofusion.deploy.terminal;

import org.jspecify.annotations.NullMarked;
