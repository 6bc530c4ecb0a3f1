/**
 * How requests get into the audit log. Read {@link
 * demofusion.coordinator.http.auditlog.RequestRecorder} first.
 */
@NullMarked
package demofusion.coordinator.http.auditlog;

import org.jspecify.annotations.NullMarked;
