package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.objectstore.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm of real processes whose pictures are in a real S3 server, and in the end nowhere else:
 *
 * <pre>
 *   reader ── HTTP ──▶ coordinator ──▶ data folder, while somebody looks
 *                          └── S3 ───▶ s3proxy, all the time
 * </pre>
 */
class ResultsIT {
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "192x192", "steps", 2, "seed", 7, "previews", true);

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void pictureIsTheSame_whereverItIsReadFrom() throws Exception {
    try (S3Server first = S3Server.start(folder.resolve("buckets"));
        FarmProcesses farm = new FarmProcesses(folder, "results")) {
      FarmNode coordinator = coordinator(farm, first);
      FarmApi api = farm.api();
      farm.worker("one", "millis=1");
      api.awaitWorker("one", "ready");
      String job = api.submit(PICTURE);
      api.awaitBits(job);
      coordinator.awaitLog("event=results-stored job=" + job, 1);
      HttpResponse<byte[]> drawn = get(farm, job, "image");
      assertThat(drawn.statusCode()).isEqualTo(200);

      // Killed, and started again with another rule: what the store has goes from here.
      coordinator.signal("KILL");
      coordinator.awaitExit();
      coordinator = coordinator(farm, first, "--keep-local", "0s");
      coordinator.awaitLog("event=results-copy-removed job=" + job, 1);
      Path image = api.folder(job).resolve("image.png");
      assertThat(image).doesNotExist();
      JsonNode view = api.get("/v1/jobs/" + job);
      assertThat(view.path("hasImage").asBoolean()).isTrue();
      assertThat(view.path("previews")).hasSizeGreaterThan(1);

      HttpResponse<byte[]> fetched = get(farm, job, "image");
      assertThat(fetched.statusCode()).isEqualTo(200);
      assertThat(fetched.body()).isEqualTo(drawn.body());
      assertThat(fetched.headers().firstValue("ETag"))
          .isEqualTo(drawn.headers().firstValue("ETag"));
      assertThat(get(farm, job, "zoom").statusCode()).isIn(200, 202);
      assertThat(get(farm, job, "previews/" + view.path("previews").size()).statusCode())
          .isEqualTo(200);
      assertThat(coordinator.count("event=results-fetched job=" + job + " file=image.png"))
          .isEqualTo(1);

      // Somebody cleans up by hand while the store is down.
      Files.delete(image);
      first.stop();
      HttpResponse<byte[]> early = get(farm, job, "image");
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.headers().firstValue("Retry-After")).isPresent();
      assertThat(text(early)).contains("in the object store alone, which cannot be reached now");
      try (S3Server second = first.again()) {
        assertThat(get(farm, job, "image").body()).isEqualTo(drawn.body());

        // What was removed here is removed there.
        assertThat(post(farm, "/v1/jobs/prune", "{\"count\":0}")).contains(job);
        coordinator.awaitLog("event=results-removed job=" + job, 1);
        assertThat(second.keys()).isEmpty();
        assertThat(get(farm, job, "image").statusCode()).isEqualTo(404);
      }
    }
  }

  private static FarmNode coordinator(FarmProcesses farm, S3Server server, String... more)
      throws IOException {
    List<String> line =
        new ArrayList<>(List.of("--results", "s3://" + S3Server.BUCKET + "/farm", "--s3-endpoint"));
    line.add(server.address().toString());
    line.addAll(List.of(more));
    return farm.coordinator(S3Server.environment(), line);
  }

  private HttpResponse<byte[]> get(FarmProcesses farm, String job, String what)
      throws IOException, InterruptedException {
    URI url = URI.create(farm.url() + "/v1/jobs/" + job + "/" + what);
    return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray());
  }

  private String post(FarmProcesses farm, String path, String json)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(farm.url() + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
