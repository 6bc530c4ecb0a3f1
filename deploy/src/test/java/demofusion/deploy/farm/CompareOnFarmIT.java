package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.Distribution;
import demofusion.deploy.Distribution.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare} and {@code study} with two models that a farm has, of 64 and of 128 pixels. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompareOnFarmIT {
  private static final String SMALL = "window=8,channels=4,factor=8";
  private static final String LARGE = "window=16,channels=4,factor=8";

  @TempDir static Path folder;
  private FarmProcesses farm;
  private Distribution distribution;
  private String models = "";

  @BeforeAll
  void start() throws Exception {
    distribution = Distribution.builtOne(folder);
    farm = new FarmProcesses(folder, "compare");
    farm.coordinator();
    for (String synthetic : List.of(SMALL, LARGE)) {
      String name = synthetic.equals(SMALL) ? "small" : "large";
      farm.start(
          name,
          List.of("worker", "--name", name, "--synthetic", synthetic, "--join", farm.address()));
      farm.api().awaitWorker(name, "ready");
    }
    models = hash("small") + "," + hash("large");
  }

  private String hash(String worker) throws Exception {
    Said said = distribution.run("workers", "--json", "--coordinator", farm.url());
    for (JsonNode each :
        new JsonMapper().readTree("[" + said.out().strip().replace("\n", ",") + "]")) {
      if (each.at("/name").asText().equals(worker)) {
        return each.at("/modelHash").asText();
      }
    }
    throw new AssertionError(said.out() + said.err());
  }

  @AfterAll
  void stop() {
    farm.close();
  }

  private Said run(String command, String... more) throws Exception {
    List<String> line = new java.util.ArrayList<>(List.of(command.split(" ", -1)));
    line.addAll(List.of("a fox", "--coordinator", farm.url(), "--models", models));
    line.addAll(List.of("--seeds", "1", "--json", "--quiet"));
    line.addAll(List.of(more));
    return distribution.run(line.toArray(String[]::new));
  }

  @Test
  void drawsWithEachModel_onOneSheet() throws Exception {
    Said said = run("compare", "--size", "256x256", "--steps", "3", "--output", "out");

    assertThat(said.exitCode()).as(said.err()).isZero();
    JsonNode result = new JsonMapper().readTree(said.out());
    assertThat(result.at("/models").findValuesAsText("hash"))
        .containsExactly(models.split(",", -1));
    assertThat(result.at("/models/0/settings").asText()).contains("3 steps", "stride 4");
    assertThat(result.at("/models/1/settings").asText()).contains("3 steps", "stride 8");
    assertThat(result.at("/entries")).hasSize(2);
    assertThat(Files.size(folder.resolve("out/sheet.png"))).isGreaterThan(1000);
    assertThat(folder.resolve("out/.drawing")).doesNotExist();
  }

  @Test
  void refusesModelsThatDrawDifferentSizes() throws Exception {
    Said said = run("compare", "--output", "none");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).contains("128x128", "256x256", "--size");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void studiesEachModel_inAFolderOfItsOwn() throws Exception {
    Said said = run("study steps", "--values", "2,3", "--size", "128x128", "--output", "study");

    assertThat(said.exitCode()).as(said.err()).isZero();
    JsonNode results = new JsonMapper().readTree(said.out());
    assertThat(results).hasSize(2);
    for (JsonNode each : results) {
      assertThat(each.at("/rows")).hasSize(2);
      assertThat(Path.of(each.at("/plot").asText())).exists();
    }
    assertThat(results.at("/0/plot").asText()).isNotEqualTo(results.at("/1/plot").asText());
  }
}
