package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.deploy.Distribution;
import demofusion.protocol.GoldenData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm whose workers have no model files draws with what is in the store, whatever is killed.
 *
 * <pre>
 *   models add ──▶ coordinator (data/library) ◀── GET /v1/work/files ── workers (cache-N)
 * </pre>
 */
class ModelStoreIT {
  private static final Path CHECKPOINT = GoldenData.path("models/single/tiny-sdxl.safetensors");

  @TempDir Path folder;

  private FarmNode worker(FarmProcesses farm, String name, String api) throws IOException {
    List<String> line = new ArrayList<>(List.of("worker", "--join", farm.address()));
    line.addAll(List.of("--name", name, "--device", "cpu", "--metrics", "off"));
    line.addAll(List.of("--api", api, "--model", "store"));
    line.addAll(List.of("--cache", folder.resolve("cache-" + name).toString()));
    return farm.start(name, line);
  }

  private Distribution.Said models(FarmProcesses farm, String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("models"));
    line.addAll(List.of(words));
    line.addAll(List.of("--coordinator", farm.url()));
    return Distribution.builtOne(folder).run(line.toArray(String[]::new));
  }

  private void addCheckpoint(FarmProcesses farm) throws Exception {
    Distribution.Said said =
        models(
            farm, "add", CHECKPOINT.toString(), "--model-config", GoldenData.tinySdxl().toString());
    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out().strip()).isEqualTo("tiny-sdxl");
  }

  private void addLoras(FarmProcesses farm) throws Exception {
    for (String name : List.of("kohya", "locon")) {
      Distribution.Said said =
          models(farm, "add", GoldenData.path("models/lora/" + name + ".safetensors").toString());
      assertThat(said.exitCode()).as(said.err()).isZero();
    }
  }

  /** With two LoRAs that no worker has. */
  private String submit(FarmProcesses farm) throws Exception {
    Distribution.Said said =
        Distribution.builtOne(folder)
            .run(
                List.of(
                        "submit",
                        "a lighthouse",
                        "--size",
                        "128x128",
                        "--steps",
                        "3",
                        "--lora",
                        "kohya:0.5",
                        "--lora",
                        "locon:0.4",
                        "--coordinator",
                        farm.url())
                    .toArray(String[]::new));
    assertThat(said.exitCode()).as(said.err()).isZero();
    return said.out().strip();
  }

  @Test
  void drawsWithACheckpointOfTheStore_whoeverIsKilledWhileItIsFetched() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "model-store")) {
      FarmNode coordinator = farm.coordinator();
      FarmNode first = worker(farm, "first", farm.url());
      FarmNode second = worker(farm, "second", farm.url());
      first.awaitLog("event=checkpoint-awaited", 1);
      addCheckpoint(farm);
      try (TcpProxy slow =
          new TcpProxy(
              farm.url().substring("http://".length()),
              new LateBytes.Delay(Duration.ofSeconds(2), 0))) {
        FarmNode third = worker(farm, "third", "http://" + slow.address());
        Path part = awaitPart(folder.resolve("cache-third"));
        third.signal("KILL");
        assertThat(Files.size(part)).isBetween(1L, Files.size(CHECKPOINT) - 1);
        coordinator.signal("KILL");
      }
      farm.coordinator();
      FarmNode again = worker(farm, "third", farm.url());

      for (FarmNode each : List.of(first, second, again)) {
        farm.api().awaitWorker(each.name(), "ready");
      }
      addLoras(farm);
      String job = submit(farm);
      JsonNode done =
          farm.api().await(job, "done", view -> view.get("state").asText().equals("done"));

      assertThat(done.get("model").asText()).isEqualTo("tiny-sdxl");
      assertThat(Long.parseLong(again.said("event=file-fetch-begun name=tiny-sdxl", "from")))
          .isPositive();
      assertThat(Stream.of(first, second, again).mapToLong(ModelStoreIT::lorasFetched).sum())
          .isPositive()
          .isLessThanOrEqualTo(6);
      Distribution.Said removed = models(farm, "remove", "tiny-sdxl");
      assertThat(removed.exitCode()).as(removed.err()).isZero();
      assertThat(models(farm, "remove", "tiny-sdxl").exitCode()).isEqualTo(2);
    }
  }

  private static long lorasFetched(FarmNode worker) {
    return worker.count("event=file-fetched name=kohya")
        + worker.count("event=file-fetched name=locon");
  }

  /** Some of the file, but not yet all of it. */
  private static Path awaitPart(Path cache) {
    List<Path> found = new ArrayList<>();
    Await.until(
        "a part of the checkpoint is fetched",
        Await.LONG,
        () -> {
          found.clear();
          found.addAll(parts(cache));
          return !found.isEmpty();
        },
        () -> parts(cache).toString());
    return found.get(0);
  }

  private static List<Path> parts(Path cache) {
    if (!Files.isDirectory(cache)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(cache)) {
      return all.filter(each -> each.endsWith("fetching"))
          .filter(each -> each.toFile().length() > 500_000)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
