/**
 * Accounts: how much of the farm each job used, kept when its pictures are gone. Read {@link
 * demofusion.coordinator.usage.UsageLedger} first; what becomes of what is reported is {@link
 * demofusion.coordinator.usage.UsageState}'s business, without files or clocks. It decides nothing.
 */
@NullMarked
package demofusion.coordinator.usage;

import org.jspecify.annotations.NullMarked;
