package demofusion.protocol.api.auditlog;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.protocol.api.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines of the audit log, the newest first. */
@Schema("Lines of the audit log, newest first.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditLogPage(
    List<AuditLogEntry> entries,
    @Schema("The value of before for the next page; missing on the last one.")
        @Nullable Long next) {
  public AuditLogPage {
    entries = List.copyOf(entries);
  }
}
