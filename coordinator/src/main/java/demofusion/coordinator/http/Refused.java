package demofusion.coordinator.http;

import demofusion.protocol.DemofusionException;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** A request that ends here, with the {@link Problem} that it is answered with. */
public final class Refused extends RuntimeException {
  private static final int LONGEST_QUOTE = 80;

  private final StatusCode status;
  private final Problem problem;

  private Refused(StatusCode status, Problem problem) {
    super(problem.detail());
    this.status = status;
    this.problem = problem;
  }

  public static Refused with(StatusCode status, String detail) {
    return new Refused(status, Problem.of(status, detail));
  }

  public static Refused badRequest(String detail) {
    return with(StatusCodes.BAD_REQUEST, detail);
  }

  static Refused noSuchJob(String id) {
    return with(StatusCodes.NOT_FOUND, "there is no job " + quoted(id));
  }

  static Refused noSuchWorker(String name) {
    return with(
        StatusCodes.NOT_FOUND,
        "there is no worker " + quoted(name) + "; GET /v1/workers lists those that are");
  }

  /** What the farm's actors would not do. */
  public static Refused by(DemofusionException refusal) {
    StatusCode status =
        switch (refusal.code()) {
          case BAD_REQUEST, BAD_MODEL -> StatusCodes.UNPROCESSABLE_CONTENT;
          case NOT_FOUND -> StatusCodes.NOT_FOUND;
          case CONFLICT, CANCELLED -> StatusCodes.CONFLICT;
          case TOO_MUCH -> StatusCodes.TOO_MANY_REQUESTS;
          case INTERNAL -> StatusCodes.INTERNAL_SERVER_ERROR;
          default -> StatusCodes.SERVICE_UNAVAILABLE;
        };
    return new Refused(status, Problem.of(status, refusal.sentence(), refusal.code().name()));
  }

  private static String quoted(String name) {
    boolean isLong = name.length() > LONGEST_QUOTE;
    return "\"" + (isLong ? name.substring(0, LONGEST_QUOTE) + "…" : name) + "\"";
  }

  public StatusCode status() {
    return status;
  }

  public Problem problem() {
    return problem;
  }
}
