package demofusion.deploy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.JobId;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobWatchTest {
  private static final Duration SOON = Duration.ofMillis(200);

  private final FakeFarm farm = FakeFarm.start();
  private final ScriptedPause pause = new ScriptedPause();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<JobEvent> heard = new CopyOnWriteArrayList<>();
  private final JobView running = farm.add("one", JobState.RUNNING, "a lighthouse");
  private final JobView done = FakeFarm.in(JobState.DONE, running);

  @AfterEach
  void close() {
    farm.close();
  }

  @Test
  void hearsEverythingToTheEnd() {
    JobEvent warning = new JobEvent(JobEvent.Kind.WARNING, running, null, "cut to 77 tokens");
    JobEvent progress = new JobEvent(JobEvent.Kind.PROGRESS, running, null, null);
    farm.streams.add(
        events -> {
          events.text(": here comes a job\r\nretry: 10\r\n\r\n");
          events.send(FarmValues.state(running));
          events.text("data:\n\n"); // a heartbeat, as Pekko's server sends it
          events.send(warning);
          events.text("event: progress\n\n");
          events.send(progress);
          events.send(FarmValues.state(done));
          events.send(progress); // after the end: nobody listens
        });

    assertThat(watch(Transport.LONGEST_SILENCE)).isEqualTo(done);
    assertThat(heard)
        .containsExactly(FarmValues.state(running), warning, progress, FarmValues.state(done));
    assertThat(said).isEmpty();
  }

  @Test
  void continues_whenTheCoordinatorDiesInTheMiddleOfAnEvent() {
    farm.streams.add(
        events -> {
          events.send(FarmValues.state(running));
          events.text("event: progress\ndata: {\"kind\":\"prog");
          farm.stop();
        });
    farm.streams.add(events -> events.send(FarmValues.state(done)));
    pause.thenNothing().thenNothing().then(farm::startAgain);

    assertThat(watch(Transport.LONGEST_SILENCE)).isEqualTo(done);
    assertThat(heard).containsExactly(FarmValues.state(running), FarmValues.state(done));
    assertThat(said).hasSize(2).last().isEqualTo("the coordinator is ready");
  }

  @Test
  void asksAgainQuietly_whenAStreamEnds() {
    farm.streams.add(events -> events.send(FarmValues.state(running)));
    farm.streams.add(events -> events.send(FarmValues.state(running)));
    farm.streams.add(events -> events.send(FarmValues.state(done)));

    assertThat(watch(Transport.LONGEST_SILENCE)).isEqualTo(done);
    assertThat(said).isEmpty();
    assertThat(pause.waited()).isPositive(); // never in a circle without a pause
  }

  @Test
  void asksAgain_whenNothingComesAnyMore() {
    CountDownLatch answered = new CountDownLatch(1);
    farm.streams.add(
        events -> {
          events.send(FarmValues.state(running));
          awaitQuietly(answered);
        });
    farm.streams.add(events -> events.send(FarmValues.state(done)));

    assertThat(watch(SOON)).isEqualTo(done);
    answered.countDown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "{}", "{\"kind\":\"state\"}", "null"})
  void endsWithOneSentence_whenEventsAreNotOurs(String data) {
    farm.streams.add(events -> events.text("data: " + data + "\n\n"));

    assertThatThrownBy(() -> watch(Transport.LONGEST_SILENCE))
        .hasMessageStartingWith("the answer is not from a demofusion coordinator");
    assertThat(heard).isEmpty();
  }

  @Test
  void endsAtOnce_whenThereIsNoSuchJob() {
    farm.faults.add(FakeFarm.problem(404, "there is no job one"));

    assertThatThrownBy(() -> watch(Transport.LONGEST_SILENCE)).hasMessage("there is no job one");
    assertThat(pause.waited()).isZero();
  }

  private JobView watch(Duration longestSilence) {
    FarmAccess access =
        new FarmAccess(CoordinatorAddress.parse(farm.url()), null, null, FarmAccess.PATIENCE);
    try (FarmClient client = new FarmClient(access, longestSilence, pause, said::add)) {
      return client.watch(new JobId("one"), heard::add);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
