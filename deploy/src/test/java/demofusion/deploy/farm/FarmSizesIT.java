package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.deploy.Distribution.Said;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One picture, whoever draws it. */
class FarmSizesIT {
  @TempDir Path folder;

  @Test
  void givesTheSameBits_whateverTheNumberOfWorkers() throws Exception {
    Map<String, Object> picture =
        Map.of("prompt", "a lighthouse", "size", "128x192", "steps", 3, "viewBatch", "half");
    try (FarmProcesses farm = new FarmProcesses(folder, "sizes")) {
      farm.coordinator();
      FarmApi api = farm.api();
      Map<String, Object> seeded = new java.util.HashMap<>(picture);
      seeded.put("seed", 5);
      Map<String, String> first = Map.of();
      int workers = 0;
      for (int wanted : new int[] {1, 2, 3, 8}) {
        for (; workers < wanted; workers++) {
          farm.worker("worker-" + workers, "millis=5");
        }
        for (int n = 0; n < workers; n++) {
          api.awaitWorker("worker-" + n, "ready");
        }

        Map<String, String> bits = api.awaitBits(api.submit(seeded));

        first = first.isEmpty() ? bits : first;
        assertThat(bits).isEqualTo(first);
      }
    }
  }

  @Test
  void givesTheBitsOfRender_byAFarmWithTheModelThatShips() throws Exception {
    Distribution distribution = Distribution.builtOne(folder);
    String[] render = {
      "render", "a lighthouse", "--size", "320x256", "--steps", "2", "--seed", "5", "-o", "1.png"
    };
    Said alone = distribution.run(render);
    render[render.length - 1] = "3.png";
    String[] together = java.util.Arrays.copyOf(render, render.length + 2);
    together[render.length] = "--workers";
    together[render.length + 1] = "3";
    Said byThree = distribution.run(together);
    assertThat(alone.exitCode()).isZero();
    assertThat(byThree.exitCode()).isZero();
    String sha = FarmApi.sha256(folder.resolve("1.png"));
    try (FarmProcesses farm = new FarmProcesses(folder, "miniature")) {
      farm.coordinator();
      for (String name : new String[] {"one", "two"}) {
        farm.start(
            name,
            java.util.List.of(
                "worker", "--name", name, "--join", farm.address(), "--device", "cpu"));
        farm.api().awaitWorker(name, "ready");
      }

      Map<String, String> bits =
          farm.api()
              .awaitBits(
                  farm.api()
                      .submit(
                          Map.of(
                              "prompt", "a lighthouse", "size", "320x256", "steps", 2, "seed", 5)));

      assertThat(FarmApi.sha256(folder.resolve("3.png"))).isEqualTo(sha);
      assertThat(bits).containsEntry("image.png", sha);
    }
  }
}
