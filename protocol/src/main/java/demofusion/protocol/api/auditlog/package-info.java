/**
 * What the audit log says over the API: who changed what. Read {@link
 * demofusion.protocol.api.auditlog.AuditLogEntry} first. Audits of workers' numbers are another
 * thing.
 */
@NullMarked
package demofusion.protocol.api.auditlog;

import org.jspecify.annotations.NullMarked;
