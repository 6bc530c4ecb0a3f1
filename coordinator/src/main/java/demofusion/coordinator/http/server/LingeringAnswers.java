package demofusion.coordinator.http.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Answers that come before the end of their request (a wrong type, no token, too large, too slow)
 * do not end at once. Pekko HTTP closes such a connection at the answer's end; the system then
 * answers what still arrives with a reset, and that takes the answer with it from whoever has not
 * read it yet. The same as nginx's {@code lingering_close}.
 */
final class LingeringAnswers {
  /** After this a client that still sends has had its chance. */
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** What refuses a body of which a part was read. */
  private static final Set<StatusCode> AMID_BODY =
      Set.of(
          StatusCodes.REQUEST_TIMEOUT,
          StatusCodes.CONTENT_TOO_LARGE,
          StatusCodes.SERVICE_UNAVAILABLE,
          StatusCodes.INSUFFICIENT_STORAGE);

  private final Materializer materializer;

  LingeringAnswers(Materializer materializer) {
    this.materializer = materializer;
  }

  /** The same server, whose early answers linger. */
  Function<HttpRequest, CompletionStage<HttpResponse>> of(
      Function<HttpRequest, CompletionStage<HttpResponse>> server) {
    return request ->
        server
            .apply(request)
            .thenApply(
                response -> mayBeEarly(request, response) ? linger(request, response) : response);
  }

  private static boolean mayBeEarly(HttpRequest request, HttpResponse response) {
    return response.status().isFailure()
        && response.entity().isStrict()
        && !request.entity().isStrict()
        // A client that asks first has sent nothing, and reading on would tell it to.
        && request.getHeader("Expect").isEmpty()
        && response.entity().getContentLengthOption().orElse(0) > 0;
  }

  private HttpResponse linger(HttpRequest request, HttpResponse response) {
    ByteString whole = ((HttpEntity.Strict) response.entity()).getData();
    boolean isAmidBody = AMID_BODY.contains(response.status());
    CompletionStage<Done> over =
        readOn(request)
            // It was read before, or in part.
            .exceptionallyCompose(
                failure -> isAmidBody ? later() : CompletableFuture.completedStage(Done.done()));
    Source<ByteString, ?> nothing =
        Source.completionStage(over).flatMapConcat(done -> Source.empty());
    return response.withEntity(
        HttpEntities.create(
            response.entity().getContentType(),
            whole.size(),
            Source.single(whole).concat(nothing)));
  }

  private CompletionStage<Done> readOn(HttpRequest request) {
    return request
        .entity()
        .withoutSizeLimit()
        .getDataBytes()
        .takeWithin(LONGEST)
        .runWith(Sink.ignore(), materializer);
  }

  private CompletionStage<Done> later() {
    return Source.<Done>maybe().takeWithin(LONGEST).runWith(Sink.ignore(), materializer);
  }
}
