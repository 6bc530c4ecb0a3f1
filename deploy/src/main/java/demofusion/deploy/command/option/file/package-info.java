/** What the command line gives for files that requests name: names, and paths that become names. */
@NullMarked
package demofusion.deploy.command.option.file;

import org.jspecify.annotations.NullMarked;
