package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real processes show and log while they draw a picture. */
class MetricsIT {
  private static final String PROMPT = "a lighthouse that nobody should read of";
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", PROMPT, "size", "128x128", "steps", 4, "seed", 7, "viewBatch", "1");

  @TempDir static Path folder;

  @Test
  void tellsWhatWasDrawn_andTheSameBatchesInBothLogs() throws Exception {
    String coordinatorMetrics = FarmProcesses.freeAddress();
    String goodMetrics = FarmProcesses.freeAddress();
    try (FarmProcesses farm = new FarmProcesses(folder, "metrics")) {
      FarmNode coordinator = farm.coordinator("--metrics", coordinatorMetrics);
      FarmNode good =
          farm.worker("good", "millis=5", "--metrics", goodMetrics, "--log-format", "json");
      FarmNode bad =
          farm.worker("bad", "millis=5,nan-every=1", "--metrics", "off", "--log-format", "json");
      farm.api().awaitWorker("good", "ready");
      farm.api().awaitWorker("bad", "ready");

      String job = farm.api().submit(PICTURE);
      farm.api().awaitBits(job);

      String ofCoordinator = scrape(coordinatorMetrics);
      String ofGood = scrape(goodMetrics);
      assertThat(ofCoordinator).doesNotContain(job).doesNotContain(PROMPT);
      assertThat(sum(ofCoordinator, "demofusion_coordinator_delivered_pixels_total"))
          .isEqualTo(128 * 128);
      assertThat(sum(ofCoordinator, "demofusion_coordinator_timesteps_done_total")).isEqualTo(8);
      assertThat(sum(ofCoordinator, "demofusion_coordinator_checkpoints_written_total"))
          .isBetween(7.0, 8.0);
      assertThat(
              sum(ofCoordinator, "demofusion_coordinator_batches_done_total\\{worker=\"good\".*"))
          .isPositive()
          .isLessThanOrEqualTo(sum(ofGood, "demofusion_worker_batches_done_total.*"));
      assertThat(
              sum(ofCoordinator, "demofusion_coordinator_batches_failed_total.*\"not_finite\".*"))
          .isPositive();
      assertThat(sum(ofGood, "demofusion_wire_sent_bytes_total.*\"completed\".*")).isPositive();
      assertThat(sum(ofGood, "demofusion_worker_joined")).isEqualTo(1);
      checkLogs(coordinator, good, bad);
    }
  }

  private static void checkLogs(FarmNode coordinator, FarmNode good, FarmNode bad)
      throws IOException {
    for (FarmNode node : List.of(coordinator, good, bad)) {
      assertThat(node.log()).noneMatch(line -> line.contains(PROMPT));
    }
    JsonMapper json = new JsonMapper();
    String lease = "";
    for (String line : bad.log()) {
      JsonNode event = json.readTree(line);
      assertThat(event.at("/level").asText()).as(line).isNotEmpty();
      // The first, since the coordinator may leave out later ones, or has yet to hear of them.
      if (lease.isEmpty() && event.at("/event").asText().equals("work-failed")) {
        lease = event.at("/lease").asText();
      }
    }
    String failed = lease;
    assertThat(failed).isNotEmpty();
    assertThat(coordinator.log())
        .anyMatch(line -> line.contains("event=batch-failed") && line.contains("lease=" + failed));
  }

  private static String scrape(String target) throws IOException, InterruptedException {
    URI url = URI.create("http://" + target + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
        .body();
  }

  /** Of all series whose name and labels look like this. */
  private static double sum(String metrics, String series) {
    return Pattern.compile("^" + series + "(?:\\{[^}]*})? (\\S+)$", Pattern.MULTILINE)
        .matcher(metrics)
        .results()
        .map((MatchResult sample) -> sample.group(1))
        .mapToDouble(Double::parseDouble)
        .sum();
  }
}
