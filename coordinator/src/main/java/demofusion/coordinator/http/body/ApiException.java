package demofusion.coordinator.http.body;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Problem;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** A request that ends here, with the {@link Problem} that it is answered with. */
public final class ApiException extends RuntimeException {
  private static final int LONGEST_QUOTE = 80;

  private final StatusCode status;
  private final Problem problem;

  private ApiException(StatusCode status, Problem problem) {
    super(problem.detail());
    this.status = status;
    this.problem = problem;
  }

  public static ApiException with(StatusCode status, String detail) {
    return new ApiException(status, Problem.of(status.intValue(), status.reason(), detail));
  }

  public static ApiException badRequest(String detail) {
    return with(StatusCodes.BAD_REQUEST, detail);
  }

  public static ApiException noSuchJob(String id) {
    return with(StatusCodes.NOT_FOUND, "there is no job " + quoted(id));
  }

  /** A picture that will be finished by another run of the coordinator. */
  public static ApiException stopping(JobId job) {
    return with(
        StatusCodes.SERVICE_UNAVAILABLE,
        "the coordinator is stopping; job "
            + job
            + " resumes when it restarts, and its image will be under /v1/jobs");
  }

  public static ApiException noSuchWorker(String name) {
    return with(
        StatusCodes.NOT_FOUND,
        "there is no worker " + quoted(name) + "; GET /v1/workers lists the connected ones");
  }

  /** What the farm's actors would not do. */
  public static ApiException by(DemofusionException refusal) {
    StatusCode status =
        switch (refusal.code()) {
          case BAD_REQUEST, BAD_MODEL -> StatusCodes.UNPROCESSABLE_CONTENT;
          case NOT_FOUND -> StatusCodes.NOT_FOUND;
          case CONFLICT, CANCELLED -> StatusCodes.CONFLICT;
          case TOO_MUCH, OVER_BUDGET -> StatusCodes.TOO_MANY_REQUESTS;
          case INTERNAL -> StatusCodes.INTERNAL_SERVER_ERROR;
          default -> StatusCodes.SERVICE_UNAVAILABLE;
        };
    return new ApiException(
        status,
        Problem.of(
            status.intValue(), status.reason(), refusal.userMessage(), refusal.code().name()));
  }

  /** What this server cannot have back from another, however often it is asked for. */
  public static ApiException lost(DemofusionException refusal) {
    StatusCode status = StatusCodes.BAD_GATEWAY;
    return new ApiException(
        status,
        Problem.of(
            status.intValue(), status.reason(), refusal.userMessage(), refusal.code().name()));
  }

  private static String quoted(String name) {
    return "\"" + Excerpt.of(name, LONGEST_QUOTE) + "\"";
  }

  public StatusCode status() {
    return status;
  }

  /** Whether the budget is what is wrong: asking again soon helps nobody. */
  public boolean isOverBudget() {
    return FailureCode.OVER_BUDGET.name().equals(problem.code());
  }

  public Problem problem() {
    return problem;
  }
}
