package demofusion.protocol.api.auditlog;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who did what, from where, with what answer: a line of the audit log. It never holds a token's
 * secret, a prompt, or anything else of a request's body but names.
 */
@Schema("Who changed what, or was refused to.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditLogEntry(
    @Schema(value = "One more than that of the line before.", rules = "minimum: 1") long number,
    @Schema("When it was answered, never earlier than the line before.") Instant at,
    AuditedAction what,
    @Schema("The token's name, or local where no tokens are asked for; missing: nobody known.")
        @Nullable String who,
    @Schema("What the token allows.") @Nullable Role role,
    @Schema("The client's address; behind a trusted proxy the one that it forwards.")
        @Nullable String from,
    @Schema("The proxy's address, where from is what it forwards.") @Nullable String via,
    @Schema("The method and the path, with the names of its places.") @Nullable String request,
    @Schema("The answer's HTTP status.") @Nullable Integer status,
    @Schema("Of a refusal, for programs.") @Nullable String code,
    @Schema("The jobs that it was about, at most 16.") List<String> jobs,
    @Schema("The model, as the caller named it.") @Nullable String model,
    @Schema("The worker's name.") @Nullable String worker,
    @Schema("The model file's SHA-256.") @Nullable String file,
    @Schema("The name of the token that came or went.") @Nullable String token,
    @Schema("What else there is to say, in words.") @Nullable String detail) {
  public static final int MOST_JOBS = 16;

  @SuppressWarnings("NullAway") // absent in a line of JSON
  public AuditLogEntry {
    jobs = jobs == null ? List.of() : List.copyOf(jobs);
  }

  /** The same with its place in the log. */
  public AuditLogEntry at(long position, Instant time) {
    return new AuditLogEntry(
        position, time, what, who, role, from, via, request, status, code, jobs, model, worker,
        file, token, detail);
  }
}
