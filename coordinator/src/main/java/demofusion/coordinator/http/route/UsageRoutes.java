package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;

import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.QueryParameters;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.usage.UsageQuery;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.usage.UsageBy;
import demofusion.protocol.api.usage.UsageReport;
import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.server.Route;

/** Accounts: how much of the farm was used. */
public final class UsageRoutes {
  private static final int LONGEST_QUOTE = 80;

  private final Accounts accounts;
  private final Executor history;

  /**
   * @param history threads that may read through whole files
   */
  public UsageRoutes(Accounts accounts, Executor history) {
    this.accounts = accounts;
    this.history = history;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/usage", Role.SUBMIT, this::report)
            .as(
                Operation.of("usage", "usage", "How much of the farm was used, and by whom.")
                    .detail(
                        "Callers with the role operate see everybody's, others what their own jobs"
                            + " used. Times are of workers' devices, by workers' own clocks. The"
                            + " accounts are kept when jobs are pruned. Budgets are those of now,"
                            + " whatever the days asked for.")
                    .query(
                        "by",
                        "What it is added up by.",
                        "type: 'string', enum: ['token', 'model', 'day'], default: 'token'")
                    .query(
                        "since",
                        "Only this day and later ones, in UTC.",
                        "type: 'string', format: 'date'")
                    .answers(200, "The sums.", UsageReport.class)
                    .refuses(400)));
  }

  private Route report(Endpoint.Call call) {
    UsageQuery query = query(call);
    return encodeResponse(
        () ->
            completeWithFuture(
                CompletableFuture.supplyAsync(() -> read(query), history)
                    .thenApply(Responses::ok)));
  }

  private UsageReport read(UsageQuery query) {
    try {
      return accounts.usage().report(query).with(accounts.budgets().stand(query.who()));
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, "the accounts cannot be read; the coordinator's disk may fail", e);
    }
  }

  private static UsageQuery query(Endpoint.Call call) {
    QueryParameters given = QueryParameters.of(call.request(), "by", "since");
    Caller caller = call.caller();
    return new UsageQuery(
        given.text("by").map(UsageRoutes::by).orElse(UsageBy.TOKEN),
        given.text("since").map(UsageRoutes::day).orElse(null),
        caller.role().includes(Role.OPERATE) ? null : caller.name());
  }

  private static UsageBy by(String text) {
    try {
      return UsageBy.parse(text);
    } catch (DemofusionException e) {
      throw ApiException.badRequest("by: " + e.userMessage());
    }
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw ApiException.badRequest(
          "since \"%s\" must be a day such as 2026-11-30"
              .formatted(Excerpt.of(text, LONGEST_QUOTE)));
    }
  }
}
