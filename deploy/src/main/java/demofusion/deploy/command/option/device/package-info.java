/**
 * Options of devices and of what is believed of them: memory, switches, proofs. Read {@link
 * demofusion.deploy.command.option.device.AuditOptions} as an example.
 */
@NullMarked
package demofusion.deploy.command.option.device;

import org.jspecify.annotations.NullMarked;
