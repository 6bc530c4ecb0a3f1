package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;

import demofusion.protocol.DemofusionException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.Rejection;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.TooManyRangesRejection;
import org.apache.pekko.http.javadsl.server.UnacceptedResponseContentTypeRejection;
import org.apache.pekko.http.javadsl.server.UnacceptedResponseEncodingRejection;
import org.apache.pekko.http.javadsl.server.UnsatisfiableRangeRejection;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.http.scaladsl.model.IllegalRequestException;
import org.apache.pekko.stream.StreamTcpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever goes wrong, as a {@link Problem}: the one place where statuses of errors are chosen. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder().matchAny(e -> complete(response(unwrapped(e)))).build();
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable e = thrown;
    while ((e instanceof CompletionException || e instanceof ExecutionException)
        && e.getCause() != null) {
      e = e.getCause();
    }
    return e;
  }

  private static HttpResponse response(Throwable e) {
    if (e instanceof Refused refused) {
      HttpResponse response = Answers.problem(refused);
      return refused.status().equals(StatusCodes.UNAUTHORIZED)
          ? response.addHeader(RawHeader.create("WWW-Authenticate", "Bearer realm=\"demofusion\""))
          : response;
    }
    if (e instanceof DemofusionException refusal) {
      return Answers.problem(Refused.by(refusal));
    }
    if (e instanceof EntityStreamSizeException size) {
      return Answers.problem(
          StatusCodes.CONTENT_TOO_LARGE,
          "the body may have at most "
              + size.limit()
              + " bytes"
              + (size.actualSize().isDefined() ? "; this one has " + size.actualSize().get() : ""));
    }
    if (e instanceof org.apache.pekko.stream.CompletionTimeoutException) {
      return Answers.problem(
          StatusCodes.REQUEST_TIMEOUT, "the body did not arrive in time; send it again");
    }
    if (e instanceof TimeoutException) {
      return Answers.problem(
          StatusCodes.SERVICE_UNAVAILABLE,
          "the farm did not answer in time: it is starting or overloaded; ask again in a while");
    }
    if (e instanceof IllegalRequestException
        || e instanceof EntityStreamException
        || e instanceof StreamTcpException) {
      return Answers.problem(StatusCodes.BAD_REQUEST, "the request ended before its body did");
    }
    return accident(e);
  }

  private static HttpResponse accident(Throwable e) {
    String incident = UUID.randomUUID().toString();
    LOG.error("event=request-failed incident={}", incident, e);
    return Answers.problem(
        StatusCodes.INTERNAL_SERVER_ERROR,
        "something went wrong here; the coordinator's log says what, under incident " + incident);
  }

  static RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handle(
            UnsatisfiableRangeRejection.class,
            rejection ->
                complete(
                    Answers.problem(
                            StatusCodes.RANGE_NOT_SATISFIABLE,
                            "the file has "
                                + rejection.actualEntityLength()
                                + " bytes, and none of them is in the range")
                        .addHeader(
                            RawHeader.create(
                                "Content-Range", "bytes */" + rejection.actualEntityLength()))))
        .handle(
            TooManyRangesRejection.class,
            rejection ->
                complete(
                    Answers.problem(
                        StatusCodes.RANGE_NOT_SATISFIABLE,
                        "these are too many ranges; at most "
                            + rejection.maxRanges()
                            + " are answered at once")))
        .handle(
            UnacceptedResponseContentTypeRejection.class,
            rejection ->
                complete(
                    Answers.problem(
                        StatusCodes.NOT_ACCEPTABLE,
                        "what is here is of none of the kinds that the header Accept names")))
        .handle(
            UnacceptedResponseEncodingRejection.class,
            rejection ->
                complete(
                    Answers.problem(
                        StatusCodes.NOT_ACCEPTABLE,
                        "this is sent as it is or by gzip or deflate, and Accept-Encoding wants"
                            + " neither")))
        .handle(
            Rejection.class,
            rejection ->
                complete(
                    Answers.problem(
                        StatusCodes.BAD_REQUEST,
                        "the request is malformed: " + rejection.getClass().getSimpleName())))
        .handleNotFound(
            complete(Answers.problem(StatusCodes.NOT_FOUND, "there is nothing at this path")))
        .build();
  }
}
