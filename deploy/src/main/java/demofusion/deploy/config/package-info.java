/**
 * What a node is told, and by whom: {@link demofusion.deploy.config.Setting} (read first) lists
 * everything there is, {@link demofusion.deploy.config.Settings} holds the values that options,
 * environment, file and defaults gave it, in that order.
 */
@NullMarked
package demofusion.deploy.config;

import org.jspecify.annotations.NullMarked;
