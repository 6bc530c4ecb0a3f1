/**
 * The audit log: who changed what on this farm, in files that only grow. Read {@link
 * demofusion.coordinator.auditlog.AuditLog} first. Audits of workers' numbers are {@code
 * dispatch.audit}.
 */
@NullMarked
package demofusion.coordinator.auditlog;

import org.jspecify.annotations.NullMarked;
