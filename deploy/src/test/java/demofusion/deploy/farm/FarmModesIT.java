package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A farm of real processes that draws by methods whose phases begin with the picture of the phase
 * before, and is hurt there:
 *
 * <pre>
 *   phase 1 ─▶ its picture ─▶ windows in the VAE's encoder ─▶ phase 2 ─▶ its picture ─▶ …
 *                              ▲ kill                          ▲ kill
 * </pre>
 *
 * <p>After each fault the picture and all latents have the bits that one machine alone gives them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FarmModesIT {
  /** Of three phases; a window takes the encoder a third of what a view takes. */
  private static final Map<String, Object> DETAIL =
      Map.of(
          "prompt", "a lighthouse",
          "size", "256x256",
          "steps", 8,
          "seed", 7,
          "viewBatch", "1",
          "method", "detail");

  /** Of one set of weights, which is one of few steps; a window takes half of what a view takes. */
  private static final Map<String, Object> FAST =
      Map.of(
          "prompt", "a lighthouse",
          "size", "256x256",
          "steps", 4,
          "scheduler", "lightning",
          "guidanceScale", 1,
          "seed", 8,
          "viewBatch", "1",
          "method", "fast");

  private static final Map<String, Object> REGIONS =
      Map.of(
          "prompt", "a lighthouse",
          "size", "192x192",
          "steps", 4,
          "seed", 9,
          "viewBatch", "1",
          "dilated", false,
          "regionNoise", "0,1.2");

  private static final String SLOW = "millis=200";

  @TempDir static Path folder;

  private FarmProcesses farm;
  private FarmApi api;
  private FarmNode coordinator;
  private final FarmNode[] workers = new FarmNode[3];
  private Map<String, String> alone;

  @BeforeAll
  void drawAlone() throws Exception {
    farm = new FarmProcesses(folder, "modes");
    coordinator = farm.coordinator();
    api = farm.api();
    makeWhole();
    String job = api.submit(DETAIL);
    alone = RenderedAlone.bits(api.folder(job), folder.resolve("alone"));
    assertThat(alone)
        .containsOnlyKeys(
            "image.png", "phase-1.safetensors", "phase-2.safetensors", "phase-3.safetensors");
    assertThat(api.awaitBits(job)).isEqualTo(alone);
  }

  @AfterAll
  void stop() {
    farm.close();
  }

  /** Whoever was lost in a test comes again for the next. */
  @AfterEach
  void makeWhole() throws IOException {
    if (!coordinator.isAlive()) {
      coordinator = farm.coordinator();
    }
    for (int n = 0; n < workers.length; n++) {
      if (workers[n] == null || !workers[n].isAlive()) {
        workers[n] = farm.worker("worker-" + n, SLOW);
      }
      api.awaitWorker("worker-" + n, "ready");
    }
  }

  @Test
  void encodesElsewhere_whenAWorkerIsKilledWithAWindow() throws Exception {
    String job = api.submit(DETAIL);
    awaitWindows(job, 2);

    workers[1].signal("KILL");

    assertThat(api.awaitBits(job)).isEqualTo(alone);
  }

  @Test
  void goesThroughTheBarrierAgain_whenTheCoordinatorIsKilledInIt() throws Exception {
    String job = api.submit(DETAIL);
    awaitWindows(job, 3);

    coordinator.signal("KILL");
    coordinator.awaitExit();
    coordinator = farm.coordinator();

    assertThat(api.awaitBits(job)).isEqualTo(alone);
    assertThat(coordinator.count("event=phase-begun job=" + job)).isEqualTo(1);
  }

  @Test
  void continues_whenTheCoordinatorIsKilledInAnUpscalingPhase() throws Exception {
    String job = api.submit(DETAIL);
    await(job, progress -> progress.path("phase").asInt() == 3 && step(progress) > 1);

    coordinator.signal("KILL");
    coordinator.awaitExit();
    coordinator = farm.coordinator();

    assertThat(api.awaitBits(job)).isEqualTo(alone);
    assertThat(coordinator.count("event=phase-begun job=" + job)).isZero();
  }

  static Stream<Arguments> othersThatBeginWithAPicture() {
    return Stream.of(Arguments.of("fast", FAST), Arguments.of("region noise", REGIONS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("othersThatBeginWithAPicture")
  void givesTheSameBits_whenAWorkerAndThenTheCoordinatorAreKilled(
      String method, Map<String, Object> picture) throws Exception {
    String job = api.submit(picture);
    Map<String, String> expected =
        RenderedAlone.bits(api.folder(job), folder.resolve(method.replace(' ', '-')));
    await(job, progress -> progress.path("phase").asInt() > 1);
    workers[1].signal("KILL");
    await(job, progress -> progress.path("phase").asInt() == 3);

    coordinator.signal("KILL");
    coordinator.awaitExit();
    coordinator = farm.coordinator();

    assertThat(coordinator.count("event=render-accepted job=" + job)).isEqualTo(1);
    assertThat(api.awaitBits(job)).isEqualTo(expected);
  }

  private static int step(JsonNode progress) {
    return progress.path("timestep").asInt();
  }

  /** Until some windows before a phase are encoded, and some are not. */
  private void awaitWindows(String job, int phase) {
    await(
        job,
        progress ->
            progress.path("phase").asInt() == phase
                && step(progress) == 0
                && progress.path("tilesDone").asInt() > 0
                && progress.path("tilesDone").asInt() < progress.path("tiles").asInt());
  }

  private void await(String job, Predicate<JsonNode> progress) {
    api.await(job, "comes there", view -> progress.test(view.path("progress")));
  }
}
