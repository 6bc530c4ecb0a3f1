/**
 * The options of IP-Adapters, and the files that they name. Read {@link
 * demofusion.deploy.command.option.adapter.AdapterOptions} first.
 */
@NullMarked
package demofusion.deploy.command.option.adapter;

import org.jspecify.annotations.NullMarked;
