package demofusion.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenStreamsTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration LONG = Duration.ofSeconds(40);

  private final OpenStreams streams = new OpenStreams();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static boolean isOver(CompletionStage<Done> ended) {
    return ended.toCompletableFuture().isDone();
  }

  private static void await(CompletionStage<Done> ended) throws Exception {
    ended.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void waitsForNothing_whereNothingWasSent() {
    assertThat(isOver(streams.ended(LONG))).isTrue();
  }

  @Test
  void waitsForABodyThatIsOpen_andUntilItIsSent() throws Exception {
    CompletableFuture<Optional<String>> body =
        streams.counted(Source.<String>maybe()).toMat(Sink.ignore(), Keep.left()).run(KIT.system());
    CompletionStage<Done> ended = streams.ended(LONG);

    body.complete(Optional.of("the last"));

    assertThat(isOver(ended)).isFalse();
    await(ended);
  }

  @Test
  void givesABodyThatEndedJustNow_theTimeToBeSent() throws Exception {
    await(streams.counted(Source.single("all")).runWith(Sink.ignore(), KIT.system()));

    CompletionStage<Done> ended = streams.ended(LONG);

    assertThat(isOver(ended)).isFalse();
    await(ended);
  }

  @Test
  void waitsForABodyOfWhichOnlyTheHeadWasSent() throws Exception {
    Source<String, CompletableFuture<Optional<String>>> answer = streams.counted(Source.maybe());
    CompletionStage<Done> ended = streams.ended(LONG);

    CompletableFuture<Optional<String>> body =
        answer.toMat(Sink.ignore(), Keep.left()).run(KIT.system());

    assertThat(ended.toCompletableFuture())
        .as("it waits for the body itself")
        .failsWithin(Duration.ofSeconds(3));
    body.complete(Optional.empty());
    await(ended);
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    streams.counted(Source.<String>maybe()).runWith(Sink.ignore(), KIT.system());

    await(streams.ended(Duration.ofMillis(200)));
  }
}
