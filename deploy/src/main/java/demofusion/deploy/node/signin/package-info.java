/** What an operator wants of people's sign-in, in the words of those who do it. */
@NullMarked
package demofusion.deploy.node.signin;

import org.jspecify.annotations.NullMarked;
