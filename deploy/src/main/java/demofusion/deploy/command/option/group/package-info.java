/** What options have in common, whatever package they are in. */
@NullMarked
package demofusion.deploy.command.option.group;

import org.jspecify.annotations.NullMarked;
