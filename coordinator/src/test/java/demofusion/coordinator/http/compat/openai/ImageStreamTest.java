package demofusion.coordinator.http.compat.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.compat.RenderFixture;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.JobViews;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ImageStreamTest {
  private static final String GENERATIONS = "/v1/images/generations";

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  private ActorRef<JobEvent> nextWatcher() throws Exception {
    fixture.api.jobs.nextHeard(Jobs.Watch.class);
    return fixture.api.jobs.next(fixture.api.jobs.watchers);
  }

  private static JobView running(String id, List<Integer> previews) throws Exception {
    Files.createDirectories(fixture.api.jobs.folderOf(id));
    for (int phase : previews) {
      Path file = fixture.api.jobs.folderOf(id).resolve("phase-" + phase + ".png");
      // One that is there may be being sent.
      if (!Files.exists(file)) {
        Files.write(file, RenderFixture.png("phase " + phase));
      }
    }
    JobView job = Objects.requireNonNull(fixture.api.jobs.jobs.get(id));
    return JobViews.like(job)
        .in(JobState.RUNNING)
        .at(new JobProgress(2, 4, 1, 50, 0, 0, 0.5, 0, 0))
        .with(previews, false)
        .view();
  }

  /** The data of events by their names; a comment keeps the connection alive. */
  private static List<JsonNode> events(String body) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    for (String block : body.strip().split("\n\n", -1)) {
      if (!block.startsWith(":")) {
        String[] lines = block.split("\n");
        JsonNode data = TestApi.JSON.readTree(lines[1].substring("data: ".length()));
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).isEqualTo("event: " + data.get("type").asText());
        events.add(data);
      }
    }
    return events;
  }

  @Test
  void sendsPreviews_thenThePicture() throws Exception {
    var answer =
        fixture.begin(
            GENERATIONS,
            "{\"prompt\":\"a fox\",\"stream\":true,\"partial_images\":2,\"quality\":\"high\"}");
    assertThat(fixture.nextRequest().previews()).isTrue();
    ActorRef<JobEvent> watcher = nextWatcher();
    watcher.tell(new JobEvent(JobEvent.Kind.PREVIEW, running("job-1", List.of(1)), 1, null));
    watcher.tell(new JobEvent(JobEvent.Kind.PREVIEW, running("job-1", List.of(1, 2)), 2, null));
    watcher.tell(new JobEvent(JobEvent.Kind.PREVIEW, running("job-1", List.of(1, 2, 3)), 3, null));
    Files.write(
        fixture.api.jobs.folderOf("job-1").resolve("image.png"),
        RenderFixture.png(RenderFixture.INFO));
    JobView done = JobViews.like(running("job-1", List.of(1, 2, 3))).in(JobState.DONE).view();
    watcher.tell(new JobEvent(JobEvent.Kind.STATE, done, null, null));

    HttpResponse<String> response = answer.get();
    List<JsonNode> events = events(response.body());
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(events)
        .extracting(event -> event.get("type").asText())
        .containsExactly(
            "image_generation.partial_image",
            "image_generation.partial_image",
            "image_generation.completed");
    assertThat(events.get(1).get("partial_image_index").asInt()).isEqualTo(1);
    assertThat(Base64.getDecoder().decode(events.get(0).get("b64_json").asText()))
        .isEqualTo(RenderFixture.png("phase 2"));
    JsonNode last = events.get(2);
    assertThat(Base64.getDecoder().decode(last.get("b64_json").asText()))
        .isEqualTo(RenderFixture.png(RenderFixture.INFO));
    assertThat(last.at("/usage/input_tokens_details/image_tokens").asInt(-1)).isZero();
    for (JsonNode event : events) {
      assertThat(event.get("created_at").asLong()).isPositive();
      assertThat(event.get("size").asText()).isEqualTo(done.width() + "x" + done.height());
      assertThat(event.get("quality").asText()).isEqualTo("high");
      assertThat(event.get("background").asText()).isEqualTo("opaque");
      assertThat(event.get("output_format").asText()).isEqualTo("png");
    }
  }

  @Test
  void sendsSeveralPictures_oneAfterTheOther() throws Exception {
    var answer = fixture.begin(GENERATIONS, "{\"prompt\":\"a fox\",\"stream\":true,\"n\":2}");
    assertThat(fixture.nextRequest().previews()).isFalse();
    fixture.draw();
    fixture.draw();

    assertThat(events(answer.get().body()))
        .extracting(event -> event.get("type").asText())
        .containsExactly("image_generation.completed", "image_generation.completed");
  }

  @Test
  void saysSo_whenAPictureFails_andStopsTheOthers() throws Exception {
    var answer = fixture.begin(GENERATIONS, "{\"prompt\":\"a fox\",\"stream\":true,\"n\":2}");
    fixture.end(JobState.FAILED);

    HttpResponse<String> response = answer.get(20, TimeUnit.SECONDS);
    JsonNode error = events(response.body()).get(0);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(error.get("type").asText()).isEqualTo("error");
    assertThat(error.at("/error/message").asText()).contains("job-1 failed");
    assertThat(error.at("/error/type").asText()).isEqualTo("server_error");
    assertThat(fixture.api.jobs.nextHeard(Jobs.Cancel.class)).isNotNull();
  }

  @Test
  void keepsTheConnectionAlive_whileItDraws() throws Exception {
    var answer = fixture.begin(GENERATIONS, "{\"prompt\":\"a fox\",\"stream\":true}");
    fixture.nextRequest();
    Thread.sleep(500);
    fixture.draw();

    assertThat(answer.get().body()).startsWith(": \n\n");
  }

  @Test
  void refusesBeforeTheStreamBegins_whatCannotBeDrawn() throws Exception {
    HttpResponse<String> response =
        fixture.api.post(GENERATIONS, "{\"prompt\":\"a fox\",\"stream\":true,\"size\":\"x\"}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(RenderFixture.json(response).at("/error/param").asText()).isEqualTo("size");
  }
}
