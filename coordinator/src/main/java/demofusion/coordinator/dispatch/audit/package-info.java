/**
 * Whether workers' numbers are right, as pure code: some units are drawn twice, and their answers
 * must have the same bits. Read {@link demofusion.coordinator.dispatch.audit.Audit} first, which is
 * one such unit; {@link demofusion.coordinator.dispatch.audit.AuditShare} says which units those
 * are. Who draws is the {@code dispatch.ledger}'s decision.
 */
@NullMarked
package demofusion.coordinator.dispatch.audit;

import org.jspecify.annotations.NullMarked;
