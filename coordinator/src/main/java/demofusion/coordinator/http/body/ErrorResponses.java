package demofusion.coordinator.http.body;

import static org.apache.pekko.http.javadsl.server.Directives.complete;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Problem;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
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
public final class ErrorResponses {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorResponses.class);

  private ErrorResponses() {}

  public static ExceptionHandler exceptions(Dialect dialect) {
    return exceptions(dialect, refused -> {});
  }

  /**
   * @param heard is told what the client is told
   */
  public static ExceptionHandler exceptions(Dialect dialect, Consumer<ApiException> heard) {
    return ExceptionHandler.newBuilder()
        .matchAny(
            e -> {
              ApiException refused = refusal(e);
              heard.accept(refused);
              return complete(response(refused, dialect));
            })
        .build();
  }

  private static HttpResponse response(ApiException refused, Dialect dialect) {
    HttpResponse response = dialect.answer(refused);
    return refused.status().equals(StatusCodes.UNAUTHORIZED)
        ? response.addHeader(RawHeader.create("WWW-Authenticate", "Bearer realm=\"demofusion\""))
        : response;
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable e = thrown;
    while ((e instanceof CompletionException || e instanceof ExecutionException)
        && e.getCause() != null) {
      e = e.getCause();
    }
    return e;
  }

  /** Whatever went wrong, as what the client is told; accidents are logged here. */
  public static ApiException refusal(Throwable thrown) {
    Throwable e = unwrapped(thrown);
    if (e instanceof ApiException refused) {
      return refused;
    }
    if (e instanceof DemofusionException refusal) {
      return ApiException.by(refusal);
    }
    if (e instanceof EntityStreamSizeException size) {
      return ApiException.with(
          StatusCodes.CONTENT_TOO_LARGE,
          "the body must be at most "
              + size.limit()
              + " bytes"
              + (size.actualSize().isDefined() ? "; this one has " + size.actualSize().get() : ""));
    }
    if (e instanceof org.apache.pekko.stream.CompletionTimeoutException) {
      return ApiException.with(
          StatusCodes.REQUEST_TIMEOUT, "the body did not arrive in time; retry");
    }
    if (e instanceof TimeoutException) {
      return ApiException.with(
          StatusCodes.SERVICE_UNAVAILABLE,
          "the farm did not answer in time: it is starting or overloaded; retry later");
    }
    if (e instanceof IllegalRequestException
        || e instanceof EntityStreamException
        || e instanceof StreamTcpException) {
      return ApiException.badRequest("the connection was closed before the body was complete");
    }
    return accident(e);
  }

  private static ApiException accident(Throwable e) {
    String incident = UUID.randomUUID().toString();
    LOG.error("event=request-failed incident={}", incident, e);
    return ApiException.with(
        StatusCodes.INTERNAL_SERVER_ERROR,
        "internal error: the coordinator's log has the cause under incident " + incident);
  }

  public static RejectionHandler rejections(Dialect dialect) {
    return RejectionHandler.newBuilder()
        .handle(
            UnsatisfiableRangeRejection.class,
            rejection ->
                complete(
                    answer(
                            dialect,
                            StatusCodes.RANGE_NOT_SATISFIABLE,
                            "the file has "
                                + rejection.actualEntityLength()
                                + " bytes, none of which are in the requested range")
                        .addHeader(
                            RawHeader.create(
                                "Content-Range", "bytes */" + rejection.actualEntityLength()))))
        .handle(
            TooManyRangesRejection.class,
            rejection ->
                complete(
                    answer(
                        dialect,
                        StatusCodes.RANGE_NOT_SATISFIABLE,
                        "too many ranges; at most "
                            + rejection.maxRanges()
                            + " are allowed per request")))
        .handle(
            UnacceptedResponseContentTypeRejection.class,
            rejection ->
                complete(
                    answer(
                        dialect,
                        StatusCodes.NOT_ACCEPTABLE,
                        "none of the types in the Accept header is available here")))
        .handle(
            UnacceptedResponseEncodingRejection.class,
            rejection ->
                complete(
                    answer(
                        dialect,
                        StatusCodes.NOT_ACCEPTABLE,
                        "the available encodings are identity, gzip and deflate; Accept-Encoding"
                            + " allows none of them")))
        .handle(
            Rejection.class,
            rejection ->
                complete(
                    answer(
                        dialect,
                        StatusCodes.BAD_REQUEST,
                        "the request is malformed: " + rejection.getClass().getSimpleName())))
        .handleNotFound(complete(answer(dialect, StatusCodes.NOT_FOUND, "unknown path")))
        .build();
  }

  private static HttpResponse answer(Dialect dialect, StatusCode status, String sentence) {
    return dialect.answer(ApiException.with(status, sentence));
  }
}
