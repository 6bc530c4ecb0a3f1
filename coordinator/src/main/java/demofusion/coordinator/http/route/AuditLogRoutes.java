package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.auditlog.AuditLogQuery;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.QueryParameters;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditLogPage;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.server.Route;

/** The audit log: who changed what on this farm. */
public final class AuditLogRoutes {
  static final int USUAL_PAGE = 100;
  static final int LARGEST_PAGE = 1000;
  private static final int LONGEST_QUOTE = 80;

  private final AuditLog log;
  private final Executor history;

  /**
   * @param history threads that may read through whole files
   */
  public AuditLogRoutes(AuditLog log, Executor history) {
    this.log = log;
    this.history = history;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/audit", Role.OPERATE, this::page)
            .as(
                Operation.of("auditLog", "audit", "Who changed what on this farm, newest first.")
                    .detail(
                        "Every request that changes something leaves one line, also when it is"
                            + " refused, and so does every token that comes or goes. The lines are"
                            + " in audit.jsonl in the data folder. Audits of workers' numbers are"
                            + " another thing, and not in here.")
                    .query(
                        "since",
                        "Only what was answered at this time or later.",
                        "type: 'string', format: 'date-time'")
                    .query(
                        "who",
                        "Only what the token of this name did; - is callers without a known token.",
                        "type: 'string'")
                    .query("what", "Only this.", "type: 'string', enum: [" + actions() + "]")
                    .query(
                        "limit",
                        "Lines per page.",
                        "type: 'integer', minimum: 1, maximum: %s, default: %s"
                            .formatted(LARGEST_PAGE, USUAL_PAGE))
                    .query(
                        "before",
                        "The value of next on the previous page.",
                        "type: 'integer', minimum: 1")
                    .answers(200, "The lines.", AuditLogPage.class)
                    .refuses(400)));
  }

  private static String actions() {
    return Arrays.stream(AuditedAction.values())
        .map(action -> "'" + action + "'")
        .collect(Collectors.joining(", "));
  }

  private Route page(Endpoint.Call call) {
    AuditLogQuery query = query(call.request());
    return encodeResponse(
        () ->
            completeWithFuture(
                CompletableFuture.supplyAsync(() -> read(query), history)
                    .thenApply(Responses::ok)));
  }

  private AuditLogPage read(AuditLogQuery query) {
    try {
      return log.page(query);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, "the audit log cannot be read; the coordinator's disk may fail", e);
    }
  }

  private static AuditLogQuery query(HttpRequest request) {
    QueryParameters given = QueryParameters.of(request, "since", "who", "what", "limit", "before");
    return new AuditLogQuery(
        given.text("since").map(AuditLogRoutes::time).orElse(null),
        given.text("who").orElse(null),
        given.text("what").map(AuditLogRoutes::action).orElse(null),
        given.text("before").map(AuditLogRoutes::number).orElse(null),
        given.text("limit").map(AuditLogRoutes::limit).orElse(USUAL_PAGE));
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw ApiException.badRequest(
          "since \"%s\" must be a time such as 2026-11-30T08:00:00Z"
              .formatted(Excerpt.of(text, LONGEST_QUOTE)));
    }
  }

  private static AuditedAction action(String text) {
    try {
      return AuditedAction.parse(text);
    } catch (DemofusionException e) {
      throw ApiException.badRequest("what: " + e.userMessage());
    }
  }

  private static long number(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw ApiException.badRequest(
          "before \"%s\" must be the value of next on the previous page"
              .formatted(Excerpt.of(text, LONGEST_QUOTE)));
    }
    return Long.parseLong(text);
  }

  private static int limit(String text) {
    if (!text.matches("\\d{1,4}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > LARGEST_PAGE) {
      throw ApiException.badRequest(
          "limit \"%s\" must be between 1 and %s"
              .formatted(Excerpt.of(text, LONGEST_QUOTE), LARGEST_PAGE));
    }
    return Integer.parseInt(text);
  }
}
