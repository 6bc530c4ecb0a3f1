package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.Distribution.Said;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a farm, with a real one: coordinator and workers as processes. */
class ClientIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> SMALL =
      List.of("submit", "a lighthouse", "--size", "128x128", "--steps", "4", "--seed", "7");
  private static final List<String> LONG =
      List.of("submit", "a long one", "--size", "256x256", "--steps", "200", "--seed", "7");

  @TempDir static Path folder;
  private static RunningFarm farm;

  @BeforeAll
  static void startFarm() throws Exception {
    farm = RunningFarm.start(Distribution.builtOne(folder), folder.resolve("farm"), 2, 50);
    farm.awaitWorkers(2);
  }

  @AfterAll
  static void stopFarm() {
    farm.close();
  }

  @Test
  void bringsThePicture_withPreviewsAndLatents() throws Exception {
    Said said =
        farm.ask(
            with(
                SMALL,
                "--wait",
                "--previews",
                "-o",
                "a.png",
                "--latents",
                "a.safetensors",
                "--json"));

    assertThat(said.exitCode()).as(said.err()).isZero();
    JsonNode job = JSON.readTree(said.out());
    assertThat(job.get("state").asText()).isEqualTo("done");
    assertThat(job.get("pictureSha256").asText()).isEqualTo(sha256(folder.resolve("a.png")));
    assertThat(folder.resolve("a-phase1.png")).exists();
    assertThat(folder.resolve("a.safetensors")).exists();
    assertThat(folder.resolve("a.render")).doesNotExist();

    Said shown = farm.ask("job", job.get("id").asText());
    assertThat(shown.out()).contains("state      done", "prompt     a lighthouse");
    assertThat(farm.ask("jobs", "--state", "done").out()).contains(job.get("id").asText());
  }

  @Test
  void showsWhereTheTimeWent() throws Exception {
    Said drawn = farm.ask(with(SMALL, "--wait", "-o", "timed.png", "--json"));
    assertThat(drawn.exitCode()).as(drawn.err()).isZero();
    String id = JSON.readTree(drawn.out()).get("id").asText();

    Said said = farm.ask("job", id, "--timeline", "timeline.json");

    assertThat(said.exitCode()).as(said.err()).isZero();
    List<JsonNode> events = new ArrayList<>();
    JSON.readTree(folder.resolve("timeline.json").toFile())
        .required("traceEvents")
        .forEach(events::add);
    long run = micros(events, "job");
    long parts = 0;
    for (String part :
        List.of(
            "waiting",
            "opening",
            "scatter",
            "batches",
            "checkpoint",
            "fusion",
            "finish",
            "other")) {
      parts += micros(events, part);
    }
    assertThat(run).isPositive();
    assertThat(parts).isCloseTo(run, withinPercentage(2));
    assertThat(events)
        .extracting(event -> event.path("args").path("name").asText())
        .contains("job " + id, "worker-1", "worker-2");
    assertThat(events).anyMatch(event -> event.path("args").path("end").asText().equals("done"));
  }

  /** How long all of a kind took. */
  private static long micros(List<JsonNode> events, String kind) {
    return events.stream()
        .filter(e -> e.get("ph").asText().equals("X") && e.get("pid").asInt() == 1)
        .filter(event -> event.get("cat").asText().equals(kind))
        .mapToLong(event -> event.get("dur").asLong())
        .sum();
  }

  @Test
  void cancelsAndGoesOn() throws Exception {
    String id = farm.ask(with(LONG)).out().strip();

    assertThat(farm.ask("cancel", id.substring(0, id.length() - 1)).out()).isEqualTo(id + "\n");
    assertThat(farm.ask("job", id, "--json").out()).contains("\"state\":\"cancelled\"");
    assertThat(farm.ask("cancel", id).exitCode()).isEqualTo(2);
    assertThat(farm.ask("retry", id).out()).isEqualTo(id + "\n");
    assertThat(farm.ask("job", id, "--json").out())
        .containsAnyOf("\"state\":\"queued\"", "\"state\":\"running\"");
    assertThat(farm.ask("cancel", id).exitCode()).isZero();
    assertThat(farm.ask("jobs", "prune", "--keep", "0", "--dry-run").out()).contains(id);
  }

  @Test
  void leavesTheJob_whenTheWaitingIsInterrupted() throws Exception {
    File words = File.createTempFile("words", null);
    Process waiting =
        farm.begin(File.createTempFile("out", null), words, with(LONG, "--wait", "-o", "long.png"));
    RunningFarm.await("the job", () -> RunningFarm.read(words).contains("submitted as "));
    String id = RunningFarm.read(words).lines().findFirst().orElse("").replaceAll(".* ", "");

    new ProcessBuilder("kill", "-INT", Long.toString(waiting.pid())).start().waitFor();

    assertThat(waiting.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(waiting.exitValue()).isEqualTo(130);
    assertThat(RunningFarm.read(words))
        .contains("demofusion job " + id + " --watch", "demofusion cancel " + id);
    assertThat(folder.resolve("long.png")).doesNotExist();
    assertThat(folder.resolve("long.render")).doesNotExist();
    assertThat(farm.ask("cancel", id).exitCode()).isZero();
  }

  @Test
  void bringsTheSamePicture_whenCoordinatorAndWorkerDieMeanwhile() throws Exception {
    List<String> line =
        List.of("submit", "a sun", "--size", "192x192", "--steps", "8", "--seed", "7", "--wait");
    assertThat(farm.ask(with(line, "-o", "well.png")).exitCode()).isZero();
    File words = File.createTempFile("words", null);
    Process waiting =
        farm.begin(File.createTempFile("out", null), words, with(line, "-o", "hurt.png"));
    RunningFarm.await("the job", () -> RunningFarm.read(words).contains("submitted as "));

    farm.kill("worker-1");
    farm.kill("coordinator");

    assertThat(waiting.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(waiting.exitValue()).as(RunningFarm.read(words)).isZero();
    assertThat(RunningFarm.read(words)).containsOnlyOnce("does not answer");
    assertThat(folder.resolve("hurt.png")).hasSameBinaryContentAs(folder.resolve("well.png"));
  }

  @Test
  void drainsAWorkerAndLetsItBack() throws Exception {
    assertThat(farm.ask("drain", "worker-2").err()).startsWith("demofusion: worker-2 is drain");
    assertThat(farm.ask("workers").out()).containsPattern("worker-2 +drain(ed|ing)");
    assertThat(farm.ask("drain", "worker-2", "--undo").err()).contains("worker-2 is ready");
    assertThat(farm.ask("drain", "nobody").exitCode()).isEqualTo(2);
    assertThat(farm.ask("audit", "--what", "drain").out())
        .containsPattern("drain +200 +worker worker-2")
        .containsPattern("drain +404 NOT_FOUND +worker nobody");
  }

  private static String[] with(List<String> line, String... more) {
    List<String> words = new ArrayList<>(line);
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
