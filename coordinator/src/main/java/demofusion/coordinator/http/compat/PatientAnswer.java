package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.ErrorResponses;
import demofusion.coordinator.http.body.Responses;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * An answer that may take as long as a picture, on a connection that is closed when it says nothing
 * for a while. What is known soon is answered with its own status. Then the answer begins, with
 * spaces, which JSON may begin with, until there is more to say; a refusal that comes after that
 * has the status 200 and the words of a refusal.
 */
public final class PatientAnswer {
  private static final ByteString SPACE = ByteString.fromString(" ");

  /** Of the time after which idle connections are closed. */
  private static final int QUIET_PART = 2;

  private final ApiContext context;
  private final Function<ApiException, Object> words;

  /**
   * @param words a refusal as JSON
   */
  public PatientAnswer(ApiContext context, Function<ApiException, Object> words) {
    this.context = context;
    this.words = words;
  }

  /**
   * @param json what is answered, when it is known
   */
  public CompletionStage<HttpResponse> when(CompletionStage<Source<ByteString, ?>> json) {
    Duration quiet = context.limits().idle().dividedBy(QUIET_PART);
    // Made when it is sent: what is refused in time is nobody's accident, and not logged as one.
    HttpResponse late =
        Responses.stream(context.streams().counted(Source.lazySource(() -> late(json))));
    return json.thenApply(known -> Responses.stream(context.streams().counted(known)))
        .toCompletableFuture()
        .completeOnTimeout(late, quiet.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Source<ByteString, NotUsed> late(CompletionStage<Source<ByteString, ?>> json) {
    Duration pause = context.limits().heartbeat();
    SharedKillSwitch known = KillSwitches.shared("known");
    CompletionStage<Source<ByteString, NotUsed>> said =
        json.handle((source, failure) -> failure == null ? plain(source) : refusal(failure));
    said.whenComplete((source, failure) -> known.shutdown());
    return Source.tick(Duration.ZERO, pause, SPACE)
        .mapMaterializedValue(cancellable -> NotUsed.getInstance())
        .via(known.flow())
        .concat(Source.completionStageSource(said));
  }

  private static Source<ByteString, NotUsed> plain(Source<ByteString, ?> source) {
    return source.mapMaterializedValue(value -> NotUsed.getInstance());
  }

  private Source<ByteString, NotUsed> refusal(Throwable failure) {
    Object refusal = words.apply(ErrorResponses.refusal(failure));
    return Source.single(ByteString.fromString(Responses.text(refusal)));
  }
}
