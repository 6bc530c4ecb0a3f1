package demofusion.coordinator.http.files;

import static demofusion.coordinator.library.CraftedFiles.checkpoint;
import static demofusion.coordinator.library.CraftedFiles.lora;
import static demofusion.coordinator.library.CraftedFiles.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileRoutesTest {
  private static final byte[] LORA = lora(300_000, 1);
  private static final String HASH = sha256(LORA);

  @TempDir Path folder;
  private TestApi api;

  @BeforeEach
  void start() {
    api = TestApi.open(folder);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpResponse<String> announce(String name, byte[] bytes) throws Exception {
    return api.post(
        "/v1/models/uploads",
        "{\"name\":\"%s\",\"bytes\":%s,\"hash\":\"%s\"}"
            .formatted(name, bytes.length, sha256(bytes)));
  }

  private HttpRequest.Builder piece(byte[] bytes, int from, int to) {
    return api.to("/v1/models/uploads/" + sha256(bytes))
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", Integer.toString(from))
        .method("PATCH", BodyPublishers.ofByteArray(bytes, from, to - from));
  }

  private void add(String name, byte[] bytes) throws Exception {
    announce(name, bytes);
    assertThat(api.send(piece(bytes, 0, bytes.length)).statusCode()).isEqualTo(200);
  }

  @Test
  void storesAFile_thatComesInPieces() throws Exception {
    HttpResponse<String> begun = announce("art", LORA);
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
    String location = begun.headers().firstValue("Location").orElseThrow();
    assertThat(location).isEqualTo("/v1/models/uploads/" + HASH);

    HttpResponse<String> first = api.send(piece(LORA, 0, 100_001));
    assertThat(first.headers().firstValue("Upload-Offset")).hasValue("100001");
    HttpResponse<String> head = api.send(api.to(location).method("HEAD", BodyPublishers.noBody()));
    assertThat(head.headers().firstValue("Upload-Offset")).hasValue("100001");
    HttpResponse<String> late = api.send(piece(LORA, 0, 10));
    assertThat(late.statusCode()).isEqualTo(409);
    HttpResponse<String> last = api.send(piece(LORA, 100_001, LORA.length));

    assertThat(last.statusCode()).as(last.body()).isEqualTo(200);
    assertThat(TestApi.json(api.get(location)).get("state").asText()).isEqualTo("stored");
    var file = TestApi.json(api.get("/v1/models/files")).get("files").get(0);
    assertThat(file.get("name").asText()).isEqualTo("art");
    assertThat(file.get("kind").asText()).isEqualTo("lora");
    assertThat(announce("art", LORA).statusCode()).isEqualTo(200);
  }

  @Test
  void sendsAFile_wholeAndFromAnywhereOn() throws Exception {
    add("art", LORA);
    for (String path : new String[] {"/v1/models/files/", "/v1/work/files/"}) {
      HttpResponse<byte[]> whole = api.send(api.to(path + HASH), BodyHandlers.ofByteArray());
      assertThat(whole.body()).isEqualTo(LORA);
      assertThat(whole.headers().firstValueAsLong("Content-Length")).hasValue(LORA.length);
      String tag = whole.headers().firstValue("ETag").orElseThrow();

      HttpResponse<byte[]> rest =
          api.send(
              api.to(path + HASH).header("Range", "bytes=299000-").header("If-Range", tag),
              BodyHandlers.ofByteArray());

      assertThat(rest.statusCode()).isEqualTo(206);
      assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(LORA, 299_000, LORA.length));
      assertThat(rest.headers().firstValue("Content-Range"))
          .hasValue("bytes 299000-%s/%s".formatted(LORA.length - 1, LORA.length));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 206, 1",
    "bytes=5-14, 206, 10",
    "bytes=99999999-, 416, -1",
    "bytes=5-4, 200, -2",
    "bytes=-5, 200, -2",
    "'bytes=0-1,3-4', 200, -2",
    "seconds=1-2, 200, -2"
  })
  void answersRanges(String range, int status, int length) throws Exception {
    add("art", LORA);

    HttpResponse<byte[]> response =
        api.send(
            api.to("/v1/work/files/" + HASH).header("Range", range), BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(status);
    if (length != -1) {
      assertThat(response.body()).hasSize(length == -2 ? LORA.length : length);
    }
  }

  @Test
  void beginsAnew_whereSomebodyHasTheBeginningOfAnotherFile() throws Exception {
    add("art", LORA);

    HttpResponse<byte[]> response =
        api.send(
            api.to("/v1/work/files/" + HASH)
                .header("Range", "bytes=5-")
                .header("If-Range", "\"another\""),
            BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(LORA);
  }

  @Test
  void refusesWhatCannotBe_inOneSentence() throws Exception {
    assertThat(announce("../../x", LORA).statusCode()).isEqualTo(422);
    assertThat(announce("x", lora(9_000_000, 1)).body()).contains("--limit-model-file");
    assertThat(api.send(piece(LORA, 0, 10)).statusCode()).isEqualTo(404);
    announce("art", LORA);
    HttpResponse<String> untyped =
        api.send(
            api.to("/v1/models/uploads/" + HASH).method("PATCH", BodyPublishers.ofString("bytes")));
    assertThat(untyped.statusCode()).isEqualTo(415);
    HttpResponse<String> nowhere =
        api.send(
            api.to("/v1/models/uploads/" + HASH)
                .header("Content-Type", "application/offset+octet-stream")
                .header("Upload-Offset", "-1")
                .method("PATCH", BodyPublishers.ofString("bytes")));
    assertThat(nowhere.statusCode()).isEqualTo(400);
    assertThat(api.get("/v1/models/files/" + HASH).statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/work/files/..%2F..%2Fx").statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/work/checkpoint").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"bytes\":5,\"hash\":\"HASH\"} | name is missing",
        "{\"name\":null,\"bytes\":5,\"hash\":\"HASH\"} | name is missing",
        "{\"name\":\"art\",\"bytes\":5} | hash is missing",
      })
  void saysWhatIsMissing(String body, String sentence) throws Exception {
    HttpResponse<String> response = api.post("/v1/models/uploads", body.replace("HASH", HASH));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | files is missing",
        "{\"files\":null} | files is missing",
        "{\"files\":{\"merges.txt\":null}} | merges.txt",
      })
  void saysWhatIsMissing_ofConfigurations(String body, String sentence) throws Exception {
    announce("art", LORA);

    HttpResponse<String> response =
        api.send(
            api.to("/v1/models/uploads/" + HASH + "/config")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains(sentence);
  }

  @Test
  void forgetsAnUpload_andRemovesAFile() throws Exception {
    announce("art", LORA);
    assertThat(api.delete("/v1/models/uploads/" + HASH).statusCode()).isEqualTo(204);
    assertThat(api.get("/v1/models/uploads/" + HASH).statusCode()).isEqualTo(404);

    add("art", LORA);
    assertThat(api.delete("/v1/models/files/" + HASH).statusCode()).isEqualTo(200);
    assertThat(api.get("/v1/work/files/" + HASH).statusCode()).isEqualTo(404);
  }

  @Test
  void letsIn_whoseRoleItIs() throws Exception {
    api.close();
    Path tokens = folder.resolve("tokens");
    Files.writeString(
        tokens,
        TestApi.token("olga", Role.OPERATE, "of-an-operator-0123456789")
            + TestApi.token("gpu", Role.WORK, "of-a-worker-0123456789")
            + TestApi.token("sam", Role.SUBMIT, "of-a-submitter-0123456789"));
    api = TestApi.withTokens(folder, tokens);

    assertThat(status("/v1/models/files", "of-a-submitter-0123456789")).isEqualTo(200);
    assertThat(status("/v1/models/files/" + HASH, "of-a-submitter-0123456789")).isEqualTo(403);
    assertThat(status("/v1/models/uploads/" + HASH, "of-a-worker-0123456789")).isEqualTo(403);
    assertThat(status("/v1/work/files/" + HASH, "of-a-worker-0123456789")).isEqualTo(404);
    assertThat(status("/v1/work/files/" + HASH, "of-an-operator-0123456789")).isEqualTo(403);
    assertThat(status("/v1/models/files/" + HASH, "of-an-operator-0123456789")).isEqualTo(404);
  }

  private int status(String path, String secret) throws Exception {
    return api.send(api.to(path).header("Authorization", "Bearer " + secret)).statusCode();
  }

  @Test
  void names_theCheckpointThatJobsWaitFor_elseTheFirst() throws Exception {
    add("first", checkpoint(1000, 1));
    add("sdxl", checkpoint(1000, 2));

    assertThat(wanted()).isEqualTo("first");

    api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.QUEUED, "a fox"));

    assertThat(wanted()).isEqualTo("sdxl");
  }

  private String wanted() throws Exception {
    return TestApi.json(api.get("/v1/work/checkpoint")).get("name").asText();
  }
}
