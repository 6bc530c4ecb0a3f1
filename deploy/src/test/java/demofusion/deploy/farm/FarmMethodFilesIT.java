package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.deploy.Distribution;
import demofusion.protocol.GoldenData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm whose workers have a model and no other file draws by methods that need one, whoever is
 * killed meanwhile:
 *
 * <pre>
 *   models add ──▶ coordinator (data/library) ◀── LoRA, upscaler ── workers ◀── kill
 *                       ▲ kill
 * </pre>
 *
 * <p>Each file has the bits that {@code render} gives it alone, with the files in folders.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FarmMethodFilesIT {
  private static final Path MODEL = GoldenData.tinySdxl();
  private static final Path LORAS = GoldenData.path("models/lora");
  private static final Path UPSCALERS = GoldenData.path("modes-runs/upscalers");

  /** Of three phases, the last of 25 windows, each of which is encoded and drawn twice. */
  private static final Map<String, Object> FAST =
      Map.of("method", "fast", "fastLora", "kohya", "size", "512x512");

  /** Of two passes, the last of four tiles. */
  private static final Map<String, Object> SR =
      Map.of("method", "sr", "upscaler", "rrdb-x4", "size", "1088x1088");

  private static final Map<String, Object> BOTH =
      Map.of("prompt", "a lighthouse", "seed", 7, "steps", 2, "viewBatch", "1");

  @TempDir static Path folder;

  private FarmProcesses farm;
  private FarmApi api;
  private FarmNode coordinator;
  private final FarmNode[] workers = new FarmNode[2];

  @BeforeAll
  void start() throws Exception {
    farm = new FarmProcesses(folder, "method-files");
    coordinator = farm.coordinator();
    api = farm.api();
    run(
        "models",
        "add",
        LORAS.resolve("kohya.safetensors").toString(),
        UPSCALERS.resolve("rrdb-x4.safetensors").toString(),
        "--coordinator",
        farm.url());
  }

  @AfterAll
  void stop() {
    farm.close();
  }

  @Test
  void drawsByFast_whoeverIsKilledInAnUpscalingPhase() throws Exception {
    makeWhole();
    String job = submit(FAST);
    api.await(job, "is drawing phase 3", isAt(3));

    loseAWorkerAndTheCoordinator();

    assertThat(bits(job)).isEqualTo(alone(FAST, "--fast-lora", "--lora-folder", LORAS));
    assertThat(fetched("kohya")).isPositive();
  }

  @Test
  void drawsBySuperResolution_whoeverIsKilledInTheLastPass() throws Exception {
    makeWhole();
    String job = submit(SR);
    api.await(job, "is in its last pass", view -> isOver(view) || isInLastPass(view));

    loseAWorkerAndTheCoordinator();

    assertThat(bits(job)).isEqualTo(alone(SR, "--upscaler", "--upscaler-folder", UPSCALERS));
    assertThat(fetched("rrdb-x4")).isPositive();
  }

  /** Whoever was lost in a test comes again for the next. */
  private void makeWhole() throws IOException {
    for (int n = 0; n < workers.length; n++) {
      if (workers[n] == null || !workers[n].isAlive()) {
        String name = "worker-" + n;
        List<String> line = new ArrayList<>(List.of("worker", "--join", farm.address()));
        line.addAll(List.of("--name", name, "--device", "cpu"));
        line.addAll(List.of("--api", farm.url(), "--model", MODEL.toString()));
        line.addAll(List.of("--metrics", "off", "--cache", cache(name).toString()));
        workers[n] = farm.start(name, line);
      }
    }
    for (FarmNode worker : workers) {
      api.awaitWorker(worker.name(), "ready");
    }
  }

  private static Path cache(String name) {
    return folder.resolve("cache-" + name);
  }

  /** One of the two that fetched the file, and whoever told them to. */
  private void loseAWorkerAndTheCoordinator() throws Exception {
    workers[1].signal("KILL");
    coordinator.signal("KILL");
    coordinator.awaitExit();
    workers[1].awaitExit();
    coordinator = farm.coordinator();
  }

  private String submit(Map<String, Object> picture) throws Exception {
    Map<String, Object> request = new HashMap<>(BOTH);
    request.putAll(picture);
    return api.submit(request);
  }

  /** The picture's SHA-256, if the faults came before it was there. */
  private String bits(String job) throws IOException {
    assertThat(coordinator.count("event=render-accepted job=" + job)).isEqualTo(1);
    return api.awaitBits(job).get("image.png");
  }

  /**
   * @param option that names the file
   * @param inFolder the option of its folder
   */
  private String alone(Map<String, Object> picture, String option, String inFolder, Path files)
      throws Exception {
    String method = picture.get("method").toString();
    Path image = folder.resolve(method + ".png");
    run(
        "render",
        BOTH.get("prompt").toString(),
        "--seed",
        BOTH.get("seed").toString(),
        "--steps",
        BOTH.get("steps").toString(),
        "--view-batch",
        BOTH.get("viewBatch").toString(),
        "--size",
        picture.get("size").toString(),
        "--method",
        method,
        option,
        method.equals("sr") ? "rrdb-x4" : "kohya",
        inFolder,
        files.toString(),
        "--model",
        MODEL.toString(),
        "--device",
        "cpu",
        "--output",
        image.toString());
    return FarmApi.sha256(image);
  }

  private long fetched(String name) throws IOException {
    long times = 0;
    for (FarmNode worker : workers) {
      times += worker.count("event=file-fetched name=" + name);
    }
    return times;
  }

  private static Distribution.Said run(String... line) throws Exception {
    Distribution.Said said = Distribution.builtOne(folder).run(line);
    assertThat(said.exitCode()).as(said.err()).isZero();
    return said;
  }

  private static Predicate<JsonNode> isAt(int phase) {
    return view -> isOver(view) || view.at("/progress/phase").asInt() == phase;
  }

  /** One tile of the first, and four. */
  private static boolean isInLastPass(JsonNode view) {
    return view.at("/progress/tiles").asInt() == 5 && view.at("/progress/tilesDone").asInt() > 0;
  }

  private static boolean isOver(JsonNode view) {
    return view.path("state").asText().equals("done");
  }
}
