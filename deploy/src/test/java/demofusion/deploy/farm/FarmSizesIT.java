package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One picture, whoever draws it. */
class FarmSizesIT {
  @TempDir Path folder;

  @Test
  void givesTheBitsOfOneMachineAlone_whateverTheNumberOfWorkers() throws Exception {
    Map<String, Object> picture =
        Map.of(
            "prompt",
            "a lighthouse",
            "size",
            "128x192",
            "steps",
            3,
            "seed",
            5,
            "viewBatch",
            "half");
    try (FarmProcesses farm = new FarmProcesses(folder, "sizes")) {
      farm.coordinator();
      FarmApi api = farm.api();
      Map<String, String> alone = Map.of();
      int workers = 0;
      for (int wanted : new int[] {1, 2, 3, 8}) {
        for (; workers < wanted; workers++) {
          farm.worker("worker-" + workers, "millis=5");
          api.awaitWorker("worker-" + workers, "ready");
        }

        String job = api.submit(picture);

        if (alone.isEmpty()) {
          alone = RenderedAlone.bits(api.folder(job), folder.resolve("alone"));
        }
        assertThat(api.awaitBits(job)).isEqualTo(alone);
      }
    }
  }

  @Test
  void givesThePictureAndLatentsOfRender_byAFarmWithTheModelThatShips() throws Exception {
    render("alone", "--workers", "1");
    render("three", "--workers", "3");
    try (FarmProcesses farm = new FarmProcesses(folder, "miniature")) {
      farm.coordinator();
      FarmApi api = farm.api();
      for (String name : List.of("one", "two")) {
        farm.start(
            name, List.of("worker", "--name", name, "--join", farm.address(), "--device", "cpu"));
        api.awaitWorker(name, "ready");
      }
      String job =
          api.submit(Map.of("prompt", "a lighthouse", "size", "320x256", "steps", 2, "seed", 5));

      String sha = FarmApi.sha256(folder.resolve("alone.png"));
      assertThat(FarmApi.sha256(folder.resolve("three.png"))).isEqualTo(sha);
      assertThat(api.awaitBits(job)).containsEntry("image.png", sha);
      float[] latents = latents(folder.resolve("alone.safetensors"));
      assertThat(latents(folder.resolve("three.safetensors"))).isEqualTo(latents);
      assertThat(latents(lastPhase(api.folder(job)))).isEqualTo(latents);
    }
  }

  private void render(String name, String... more) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of("render", "a lighthouse", "--size", "320x256", "--steps", "2", "--seed", "5"));
    line.addAll(List.of("-o", name + ".png", "--latents", name + ".safetensors"));
    line.addAll(List.of(more));
    Distribution.Said said = Distribution.builtOne(folder).run(line.toArray(String[]::new));
    assertThat(said.exitCode()).as(said.err()).isZero();
  }

  /** Of the last phase. */
  private static float[] latents(Path file) {
    SafetensorsFile open = SafetensorsFile.open(file);
    String last = open.names().stream().sorted().reduce((before, after) -> after).orElseThrow();
    return open.tensor(last).values();
  }

  private static Path lastPhase(Path job) throws IOException {
    try (Stream<Path> files = Files.list(job)) {
      return files
          .filter(file -> file.getFileName().toString().matches("phase-\\d\\.safetensors"))
          .sorted()
          .reduce((before, after) -> after)
          .orElseThrow();
    }
  }
}
