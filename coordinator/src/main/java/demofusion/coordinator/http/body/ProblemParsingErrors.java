package demofusion.coordinator.http.body;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers what is not HTTP: no route ever sees it. Pekko HTTP finds this class by its name, as if
 * it were a Scala object, which has its only instance in a field of this name.
 */
public final class ProblemParsingErrors extends ParsingErrorHandler {
  @SuppressWarnings("ConstantName")
  public static final ProblemParsingErrors MODULE$ = new ProblemParsingErrors();

  private ProblemParsingErrors() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    // Without the details, which may quote a header with a token in it.
    log.debug("request that is not HTTP, status={} summary={}", status.intValue(), error.summary());
    return Responses.problem(status, "the request is malformed: " + error.summary());
  }
}
