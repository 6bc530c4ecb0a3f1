package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.protocol.GoldenData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that have a model, and neither ControlNet nor IP-Adapter nor image encoder: they fetch
 * what a job names, by hash, and draw what one machine draws that has the files.
 *
 * <pre>
 *   models add ──▶ coordinator (data/library) ◀── GET /v1/work/files ── workers (cache-N)
 *   submit --controlnet NAME --ip-adapter NAME        = render --controlnet FILE --ip-adapter FILE
 * </pre>
 */
class SteeredStoreIT {
  private static final Path CONDITIONING = GoldenData.path("conditioning");
  private static final Path CONTROLNET = CONDITIONING.resolve("controlnet/tiny-sdxl");
  private static final Path ADAPTER = CONDITIONING.resolve("ip-adapter/tiny-sdxl.safetensors");
  private static final Path ENCODER = CONDITIONING.resolve("ip-adapter/image_encoder");

  @TempDir Path folder;

  private FarmNode worker(FarmProcesses farm, String name) throws IOException {
    List<String> line = new ArrayList<>(List.of("worker", "--join", farm.address()));
    line.addAll(List.of("--name", name, "--device", "cpu", "--metrics", "off"));
    line.addAll(List.of("--api", farm.url(), "--model", GoldenData.tinySdxl().toString()));
    line.addAll(List.of("--cache", cache(name).toString()));
    return farm.start(name, line);
  }

  private Path cache(String worker) {
    return folder.resolve("cache-" + worker);
  }

  private String run(String... words) throws Exception {
    Distribution.Said said = Distribution.builtOne(folder).run(words);
    assertThat(said.exitCode()).as(said.err()).isZero();
    return said.out().strip();
  }

  private static List<String> picture(String command) {
    List<String> line = new ArrayList<>(List.of(command, "a lighthouse on a cliff"));
    line.addAll(List.of("--size", "256x256", "--seed", "17", "--steps", "24"));
    line.addAll(List.of("--view-batch", "1", "--stride", "8"));
    line.addAll(List.of("--controlnet", "tiny-control", "--control-weight", "0.7,0.4"));
    line.add("--control-image=" + CONDITIONING.resolve("pictures/square.png"));
    line.addAll(List.of("--ip-adapter", "tiny-adapter", "--image-encoder", "tiny-encoder"));
    line.add("--ip-image=" + CONDITIONING.resolve("pictures/scene.png"));
    line.addAll(List.of("--ip-weight", "0.6,0.3"));
    return line;
  }

  /** What one machine has in folders, and the farm in its store, by the same names. */
  private List<Path> networks() throws IOException {
    Path control = Files.createDirectories(folder.resolve("controlnets/tiny-control"));
    for (String file : List.of("config.json", "diffusion_pytorch_model.fp16.safetensors")) {
      Files.copy(CONTROLNET.resolve(file), control.resolve(file));
    }
    Path adapters = Files.createDirectories(folder.resolve("ip-adapters/tiny-encoder")).getParent();
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(ENCODER.resolve(file), adapters.resolve("tiny-encoder").resolve(file));
    }
    Path adapter = Files.copy(ADAPTER, adapters.resolve("tiny-adapter.safetensors"));
    return List.of(control, adapter, adapters.resolve("tiny-encoder"));
  }

  private Path alone() throws Exception {
    Path picture = folder.resolve("alone.png");
    List<String> line = picture("render");
    line.add("--controlnet-folder=" + folder.resolve("controlnets"));
    line.add("--ip-adapter-folder=" + folder.resolve("ip-adapters"));
    line.addAll(List.of("--model", GoldenData.tinySdxl().toString(), "--device", "cpu"));
    line.addAll(List.of("--output", picture.toString()));
    run(line.toArray(String[]::new));
    return picture;
  }

  private String submit(FarmProcesses farm) throws Exception {
    List<String> line = picture("submit");
    line.addAll(List.of("--coordinator", farm.url()));
    return run(line.toArray(String[]::new));
  }

  private void add(FarmProcesses farm, List<Path> networks) throws Exception {
    List<String> line = new ArrayList<>(List.of("models", "add"));
    networks.forEach(network -> line.add(network.toString()));
    line.addAll(List.of("--coordinator", farm.url()));
    assertThat(run(line.toArray(String[]::new)).lines())
        .containsExactly("tiny-control", "tiny-adapter", "tiny-encoder");
  }

  @Test
  void isDrawnAsByOneMachineThatHasTheFiles_whoeverIsKilled() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "steered-store")) {
      farm.coordinator();
      FarmNode first = worker(farm, "first");
      FarmNode second = worker(farm, "second");
      add(farm, networks());
      Path alone = alone();
      farm.api().awaitWorker("first", "ready");
      farm.api().awaitWorker("second", "ready");
      assertThat(fetched(first)).isZero();

      String job = submit(farm);
      farm.api().awaitPhase(job, 2);
      assertThat(farm.api().awaitBatch(job, "second")).isTrue();
      second.signal("KILL");

      farm.api().awaitBits(job);
      assertThat(pixels(farm.api().folder(job).resolve("image.png"))).isEqualTo(pixels(alone));
      assertThat(List.of(fetched(first), fetched(second)))
          .allSatisfy(n -> assertThat(n).isPositive());
      assertThat(cached("first") + cached("second")).isGreaterThanOrEqualTo(3 + 2);
    }
  }

  /** The texts differ by one hash: the store's copy of the encoder says its configuration too. */
  private static int[] pixels(Path picture) throws IOException {
    BufferedImage image = ImageIO.read(picture.toFile());
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static long fetched(FarmNode worker) {
    return worker.count("event=file-fetched name=");
  }

  /** Whole files. */
  private long cached(String worker) throws IOException {
    try (Stream<Path> all = Files.walk(cache(worker))) {
      return all.filter(Files::isRegularFile).filter(each -> !each.endsWith("fetching")).count();
    }
  }
}
