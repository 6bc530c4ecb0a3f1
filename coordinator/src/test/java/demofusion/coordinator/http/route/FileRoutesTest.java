package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.api.JobState;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileRoutesTest {
  private static final byte[] PICTURE = new byte[3_000_000];

  @TempDir static Path folder;
  private static TestApi api;

  @BeforeAll
  static void start() throws Exception {
    new Random(1).nextBytes(PICTURE);
    api = TestApi.open(folder);
    api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.DONE, "a fox"));
    api.jobs.jobs.put("b", FakeJobs.job("b", "local", JobState.RUNNING, "a fox"));
    Files.createDirectories(api.jobs.folderOf("a"));
    for (String name : new String[] {"image.png", "phase-1.png", "phase-12.safetensors"}) {
      Files.write(api.jobs.folderOf("a").resolve(name), PICTURE);
    }
    Files.writeString(api.jobs.folderOf("a").resolve("request.json"), "{}");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "image, image/png, a-image.png",
    "previews/1, image/png, a-phase-1.png",
    "latents/12, application/octet-stream, a-phase-12.safetensors"
  })
  void sendsAFile_andLetsNobodyOnTheWayKeepIt(String path, String type, String name)
      throws Exception {
    HttpResponse<byte[]> response =
        api.send(api.to("/v1/jobs/a/" + path), BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(PICTURE);
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(PICTURE.length);
    assertThat(response.headers().firstValue("Content-Type")).hasValue(type);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(response.headers().firstValue("Content-Disposition").orElse("")).contains(name);
  }

  @Test
  void sendsAPart() throws Exception {
    HttpResponse<byte[]> response =
        api.send(
            api.to("/v1/jobs/a/image").header("Range", "bytes=1000000-1000009"),
            BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(Arrays.copyOfRange(PICTURE, 1_000_000, 1_000_010));
    assertThat(response.headers().firstValue("Content-Range"))
        .hasValue("bytes 1000000-1000009/3000000");
  }

  @Test
  void saysWhereAPictureIs_thatThisCoordinatorCannotFetch() throws Exception {
    api.jobs.jobs.put("c", FakeJobs.job("c", "local", JobState.DONE, "a fox"));
    Path stored = Files.createDirectories(api.jobs.folderOf("c"));
    new StoredResults(
            "pictures",
            "farm/c/",
            FakeJobs.NOON,
            List.of(new StoredResults.Entry("image.png", 3, "0".repeat(64), 1)))
        .write(stored);

    for (String path : List.of("image", "zoom")) {
      HttpResponse<String> response =
          api.send(api.to("/v1/jobs/c/" + path), BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(502);
      assertThat(response.headers().firstValue("Retry-After")).isEmpty();
      assertThat(response.body())
          .contains(
              "image.png of job c is in s3://pictures/farm/c/ alone, and this coordinator knows no"
                  + " object store: start it with --results");
    }
  }

  @Test
  void refusesAPart_thatIsNotThere() throws Exception {
    HttpResponse<String> response =
        api.send(api.to("/v1/jobs/a/image").header("Range", "bytes=9000000-"));

    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(response.headers().firstValue("Content-Range")).hasValue("bytes */3000000");
    assertThat(TestApi.json(response).get("detail").asText())
        .isEqualTo("the file has 3000000 bytes, none of which are in the requested range");
  }

  @Test
  void sendsNothing_whenTheCallerHasIt() throws Exception {
    String tag =
        api.send(api.to("/v1/jobs/a/image").method("HEAD", BodyPublishers.noBody()))
            .headers()
            .firstValue("ETag")
            .orElseThrow();

    HttpResponse<String> same = api.send(api.to("/v1/jobs/a/image").header("If-None-Match", tag));
    HttpResponse<byte[]> other =
        api.send(
            api.to("/v1/jobs/a/image").header("If-None-Match", "\"other\""),
            BodyHandlers.ofByteArray());

    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(other.body()).hasSize(PICTURE.length);
  }

  @Test
  void saysHowLongItIs_withoutSendingIt() throws Exception {
    HttpResponse<String> response =
        api.send(api.to("/v1/jobs/a/image").method("HEAD", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(PICTURE.length);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void saysWhatTheJobIs_whenItsFileIsNotThere() throws Exception {
    assertThat(TestApi.json(api.get("/v1/jobs/b/image")).get("detail").asText())
        .isEqualTo("no image of job b, which is running");
    assertThat(TestApi.json(api.get("/v1/jobs/a/latents/3")).get("detail").asText())
        .isEqualTo("no latent of phase 3 of job a, which is done");
  }

  @ParameterizedTest
  @CsvSource({
    "previews/0",
    "previews/-1",
    "previews/x",
    "previews/1%2f..%2frequest",
    "previews/99999",
    "latents/..%2f..%2fa%2fphase-12",
    "latents/%00",
    "..%2frequest.json",
    "request.json"
  })
  void sendsNothingElse_ofAFolder(String path) throws Exception {
    HttpResponse<String> response = api.get("/v1/jobs/a/" + path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void takesNoFiles() throws Exception {
    HttpResponse<String> response =
        api.send(api.to("/v1/jobs/a/image").PUT(BodyPublishers.ofString("x")));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
  }
}
