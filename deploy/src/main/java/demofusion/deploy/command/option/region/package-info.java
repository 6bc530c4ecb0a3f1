/** The options of regions with prompts of their own, and the files that they name. */
@NullMarked
package demofusion.deploy.command.option.region;

import org.jspecify.annotations.NullMarked;
