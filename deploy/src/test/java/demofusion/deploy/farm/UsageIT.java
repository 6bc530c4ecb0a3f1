package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts of a farm of real processes, against what its workers say of themselves. */
class UsageIT {
  private static final Pattern DEVICE_SECONDS =
      Pattern.compile(
          "^demofusion_worker_batch_device_seconds_sum\\{[^}]*} (\\S+)$", Pattern.MULTILINE);
  private static final double ONE_PERCENT = 0.01;

  /** One for all, since a worker holds few connections of those who ask for its metrics. */
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;

  private static Map<String, Object> picture(String size, int steps, int seed) {
    return Map.of(
        "prompt", "a lighthouse", "size", size, "steps", steps, "seed", seed, "viewBatch", "1");
  }

  @Test
  void countsEachAnswerOnce_thoughTheCoordinatorDiesTwice() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "usage")) {
      Path tokens = folder.resolve("tokens");
      FarmApi ann = farm.api(farm.token("ann", "operate", tokens));
      FarmApi bob = farm.api(farm.token("bob", "submit", tokens));
      FarmNode coordinator = farm.coordinator("--tokens", tokens.toString());
      List<String> metrics = new ArrayList<>();
      for (String name : List.of("one", "two", "three")) {
        metrics.add(FarmProcesses.freeAddress());
        farm.worker(name, "millis=20", "--metrics", metrics.get(metrics.size() - 1));
        ann.awaitWorker(name, "ready");
      }
      String first = ann.submit(picture("192x192", 16, 1));
      String second = bob.submit(picture("192x192", 16, 2));
      for (int phase : new int[] {2, 3}) {
        ann.awaitPhase(first, phase);
        coordinator.signal("KILL");
        coordinator.awaitExit();
        coordinator = farm.coordinator("--tokens", tokens.toString());
      }
      ann.awaitBits(first);
      ann.awaitBits(second);

      // What is on its way to a coordinator that dies is answered to nobody: six batches each time.
      Await.until(
          "accounts are within 1 % of what workers did",
          Duration.ofSeconds(30),
          () -> {
            double done = metrics.stream().mapToDouble(UsageIT::deviceSeconds).sum();
            return Math.abs(seconds(ann, "token") - done) <= ONE_PERCENT * done;
          },
          () ->
              ann.get("/v1/usage?by=token")
                  + " of "
                  + metrics.stream().map(UsageIT::deviceSeconds).toList());
      JsonNode rows = ann.get("/v1/usage?by=token").path("rows");
      assertThat(rows.findValuesAsText("key")).containsExactlyInAnyOrder("ann", "bob");
      assertThat(rows.findValues("pictures")).allMatch(pictures -> pictures.asInt() == 1);
      assertThat(rows.findValues("lost").stream().mapToDouble(JsonNode::asDouble).sum())
          .as("what was done after the last checkpoint of each that died")
          .isPositive();
      assertThat(seconds(ann, "model"))
          .isCloseTo(seconds(ann, "token"), within(1e-6)); // summed up in another order
      assertThat(bob.get("/v1/usage?by=token").path("rows").findValuesAsText("key"))
          .containsExactly("bob");
    }
  }

  @Test
  void beginsTheOtherPersonsJobNext_howeverManyWait() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "fair-order")) {
      Path tokens = folder.resolve("tokens");
      FarmApi ann = farm.api(farm.token("ann", "operate", tokens));
      FarmApi bob = farm.api(farm.token("bob", "submit", tokens));
      farm.coordinator("--tokens", tokens.toString(), "--jobs-at-once", "1");
      farm.worker("only", "millis=20");
      ann.awaitWorker("only", "ready");
      List<String> jobs = new ArrayList<>();
      for (int seed = 1; seed <= 4; seed++) {
        jobs.add(ann.submit(picture("128x128", 8, seed)));
      }
      ann.await(jobs.get(0), "begun", job -> job.hasNonNull("startedAt"));

      String bobs = bob.submit(picture("128x128", 8, 5));

      jobs.add(bobs);
      for (String job : jobs) {
        ann.awaitBits(job);
      }
      List<String> begun =
          jobs.stream()
              .sorted(
                  Comparator.comparing(
                      job -> Instant.parse(ann.get("/v1/jobs/" + job).path("startedAt").asText())))
              .toList();
      assertThat(begun).containsExactly(jobs.get(0), bobs, jobs.get(1), jobs.get(2), jobs.get(3));
    }
  }

  /** Of all devices and uses. */
  private static double seconds(FarmApi api, String by) {
    double sum = 0;
    for (JsonNode row : api.get("/v1/usage?by=" + by).path("rows")) {
      for (JsonNode device : row.path("devices")) {
        for (String use : List.of("useful", "retried", "audits", "lost")) {
          sum += device.path(use).asDouble();
        }
      }
    }
    return sum;
  }

  private static double deviceSeconds(String metrics) {
    return DEVICE_SECONDS
        .matcher(scrape(metrics))
        .results()
        .map((MatchResult sample) -> sample.group(1))
        .mapToDouble(Double::parseDouble)
        .sum();
  }

  private static String scrape(String metrics) {
    try {
      return CLIENT
          .send(
              HttpRequest.newBuilder(URI.create("http://" + metrics + "/metrics")).build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
