/** Accounts: how much of the farm was used, and by whom. */
@NullMarked
package demofusion.protocol.api.usage;

import org.jspecify.annotations.NullMarked;
