package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.Distribution.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code study} and {@code compare} as processes, with the model that ships. */
class StudyIT {
  @TempDir Path folder;
  private Distribution distribution;

  @BeforeEach
  void findDistribution() {
    distribution = Distribution.builtOne(folder);
  }

  private List<String> names(String inside) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(inside))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"stride, '32,16'", "scales, '1,2.5'", "steps, '2,1'"})
  void triesASetting_andLeavesATableAndAPlot(String setting, String values) throws Exception {
    Said said =
        distribution.run(
            "study",
            setting,
            "a fox",
            "--values",
            values,
            "--seeds",
            "3",
            "--steps",
            "2",
            "--size",
            "320x256");

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out()).isEqualTo(folder.resolve("study/study.png") + "\n");
    assertThat(said.err().lines()).hasSize(2).allMatch(line -> line.contains(", seed 3: "));
    assertThat(names("study")).containsExactly("study.csv", "study.png");
    List<String> table = Files.readAllLines(folder.resolve("study/study.csv"));
    assertThat(table).hasSize(3);
    assertThat(table.get(1)).startsWith(values.split(",", -1)[0] + ",\"a fox\",3,");
    assertThat(ImageIO.read(folder.resolve("study/study.png").toFile()).getWidth())
        .isGreaterThan(1000);
  }

  @Test
  void tellsAllFigures_asOneLineOfJson() throws Exception {
    Said said =
        distribution.run(
            "study",
            "stride",
            "a fox",
            "--values",
            "16,32",
            "--seeds",
            "1",
            "--steps",
            "1",
            "--size",
            "512x512",
            "--json",
            "--quiet",
            "--output",
            "here");

    assertThat(said.err()).isEmpty();
    assertThat(said.out().lines()).hasSize(1);
    JsonNode json = new JsonMapper().readTree(said.out());
    assertThat(json.get("setting").asText()).isEqualTo("stride");
    assertThat(json.at("/means/0/figures/forwards").asInt())
        .isGreaterThan(json.at("/means/1/figures/forwards").asInt());
    assertThat(json.get("table").asText()).isEqualTo(folder.resolve("here/study.csv").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "study | Missing required subcommand",
        "study stride fox --values 16.5 | stride 16.5 must be a whole number",
        "study stride fox --values 999 | stride 999",
        "compare fox --methods magic | method",
      })
  void refusesBeforeItDrawsOrWrites(String line, String words) throws Exception {
    Said said = distribution.run(line.split(" ", -1));

    assertThat(said.exitCode()).as(said.err()).isEqualTo(2);
    assertThat(said.err()).contains(words);
    assertThat(said.out()).isEmpty();
    assertThat(names("")).isEmpty();
  }

  @Test
  void showsMethodsSideBySide() throws Exception {
    Said said =
        distribution.run(
            "compare",
            "a fox",
            "--methods",
            "demofusion,lanczos",
            "--seeds",
            "1",
            "--steps",
            "1",
            "--size",
            "320x256",
            "--quiet");

    assertThat(said.err()).isEmpty();
    assertThat(said.out()).isEqualTo(folder.resolve("comparison/sheet.png") + "\n");
    assertThat(names("comparison")).hasSize(6).contains("sheet.html", "sheet.png");
  }
}
