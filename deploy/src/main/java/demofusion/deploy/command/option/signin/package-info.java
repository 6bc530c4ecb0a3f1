/** Options of how people sign in to the page. */
@NullMarked
package demofusion.deploy.command.option.signin;

import org.jspecify.annotations.NullMarked;
