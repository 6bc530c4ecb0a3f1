package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EventRoutesTest {
  private static final JobView RUNNING = FakeJobs.job("a", "local", JobState.RUNNING, "a\nfox");

  @TempDir Path folder;
  private TestApi api;

  @BeforeEach
  void start() {
    api = TestApi.open(folder);
    api.jobs.jobs.put("a", RUNNING);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpResponse<Stream<String>> watch() throws Exception {
    return api.send(api.to("/v1/jobs/a/events"), BodyHandlers.ofLines());
  }

  private static JobEvent event(JobEvent.Kind kind, JobState state, @Nullable String sentence) {
    return new JobEvent(kind, FakeJobs.in(RUNNING, state), null, sentence);
  }

  @Test
  void tellsTheStateNow_thenWhatHappens_untilTheJobIsOver() throws Exception {
    HttpResponse<Stream<String>> response = watch();
    ActorRef<JobEvent> subscriber = api.jobs.next(api.jobs.watchers);
    subscriber.tell(new JobEvent(JobEvent.Kind.PREVIEW, RUNNING, 1, null));
    subscriber.tell(event(JobEvent.Kind.STATE, JobState.DONE, null));

    List<String> lines = response.body().filter(line -> !line.isBlank()).toList();

    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(lines.stream().filter(line -> line.startsWith("event:")))
        .containsExactly("event:state", "event:preview", "event:state");
    List<String> data =
        lines.stream()
            .filter(line -> line.startsWith("data:{"))
            .map(line -> line.substring("data:".length()))
            .toList();
    JobEvent first = ApiJson.lenient().readValue(data.get(0), JobEvent.class);
    JobEvent last = ApiJson.lenient().readValue(data.get(2), JobEvent.class);
    assertThat(first.job()).isEqualTo(RUNNING);
    assertThat(last.job().state()).isEqualTo(JobState.DONE);
  }

  @Test
  void endsAtOnce_whenTheJobIsOverAlready() throws Exception {
    api.jobs.jobs.put("a", FakeJobs.in(RUNNING, JobState.FAILED));

    List<String> lines = watch().body().toList();

    assertThat(lines).filteredOn(line -> line.startsWith("event:")).hasSize(1);
    api.jobs.next(api.jobs.leavers);
  }

  @Test
  void showsThatItLives_whileNothingHappens() throws Exception {
    try (InputStream in =
        api.send(api.to("/v1/jobs/a/events"), BodyHandlers.ofInputStream()).body()) {
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      int heartbeats = 0;
      // Longer than the time after which a silent connection is closed.
      long until = System.nanoTime() + TestApi.LIMITS.idle().plusSeconds(1).toNanos();
      while (System.nanoTime() < until) {
        String line = reader.readLine();
        assertThat(line).isNotNull();
        heartbeats += line.equals("data:") ? 1 : 0;
      }

      assertThat(heartbeats).isPositive();
    }
  }

  @Test
  void stopsWatching_whenTheReaderIsGone() throws Exception {
    InputStream in = api.send(api.to("/v1/jobs/a/events"), BodyHandlers.ofInputStream()).body();
    ActorRef<JobEvent> subscriber = api.jobs.next(api.jobs.watchers);

    in.close();

    assertThat(api.jobs.next(api.jobs.leavers)).isEqualTo(subscriber);
  }

  @Test
  void losesTheOldest_whenTheReaderIsTooSlow_butNeverTheLast() throws Exception {
    // Much more than a buffer, and than the sockets hold.
    String sentence = "x".repeat(10_000);
    InputStream in = api.send(api.to("/v1/jobs/a/events"), BodyHandlers.ofInputStream()).body();
    ActorRef<JobEvent> subscriber = api.jobs.next(api.jobs.watchers);
    for (int n = 0; n < 5_000; n++) {
      subscriber.tell(event(JobEvent.Kind.WARNING, JobState.RUNNING, sentence));
    }
    subscriber.tell(event(JobEvent.Kind.STATE, JobState.DONE, null));

    List<String> kinds;
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      kinds = reader.lines().filter(line -> line.startsWith("event:")).toList();
    }

    assertThat(kinds).hasSizeLessThan(5_000);
    assertThat(kinds).last().isEqualTo("event:state");
  }

  @Test
  void endsAllStreams_whenTheServerStops() throws Exception {
    HttpResponse<Stream<String>> response = watch();
    api.jobs.next(api.jobs.watchers);

    api.server.stop(Duration.ofSeconds(20));

    assertThat(response.body().filter(line -> line.startsWith("event:"))).hasSize(1);
  }
}
