/**
 * A node's settings and their sources: {@link demofusion.deploy.config.Setting} (read first) lists
 * all of them, {@link demofusion.deploy.config.Settings} holds the values that options,
 * environment, file and defaults gave it, in that order.
 */
@NullMarked
package demofusion.deploy.config;

import org.jspecify.annotations.NullMarked;
