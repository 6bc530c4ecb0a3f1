package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.Distribution.Said;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The main job: words in, picture out, with the model that ships. */
class RenderIT {
  private static final String PROMPT = "green hills and a calm lake, at sunset, a sun";

  private static Path wholePicture;

  @TempDir Path folder;
  private Distribution distribution;

  @BeforeAll
  static void chooseAPlace(@TempDir Path shared) {
    wholePicture = shared.resolve("whole.png");
  }

  @BeforeEach
  void findDistribution() {
    distribution = Distribution.builtOne(folder);
  }

  @Test
  void drawsAPicture_andSaysWhere() throws Exception {
    Said said =
        distribution.run("render", PROMPT, "--steps", "2", "--size", "384x256", "--seed", "7");

    Path picture = folder.resolve("green-hills-and-a-calm-lake-at-sunset-a-sun-7.png");
    assertThat(said.err()).contains("seed 7").doesNotContain("\r", "\u001b");
    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).isEqualTo(picture + "\n");
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(384);
    assertThat(names()).containsExactly(picture.getFileName().toString());
  }

  @Test
  void drawsTheSameBytesAgain_fromThePictureItself() throws Exception {
    distribution.run("render", PROMPT, "--steps", "2", "--size", "320x256", "-o", "one.png");

    Said said = distribution.run("render", "--from", "one.png", "-o", "two.png", "--quiet");

    assertThat(said.err()).isEmpty();
    assertThat(folder.resolve("two.png")).hasSameBinaryContentAs(folder.resolve("one.png"));
  }

  @Test
  void writesJpegAndWebp_fromWhichTheSamePictureCanBeDrawnAgain() throws Exception {
    distribution.run("render", PROMPT, "--steps", "2", "--size", "320x256", "-o", "one.png");

    Said jpeg =
        distribution.run(
            "render", "--from", "one.png", "-o", "two.jpg", "--quality", "80", "--quiet");
    Said webp = distribution.run("render", "--from", "two.jpg", "-o", "three.webp", "--quiet");
    Said png = distribution.run("render", "--from", "three.webp", "-o", "four.png", "--quiet");

    assertThat(jpeg.err() + webp.err() + png.err()).isEmpty();
    assertThat(ImageIO.read(folder.resolve("two.jpg").toFile()).getWidth()).isEqualTo(320);
    assertThat(folder.resolve("four.png")).hasSameBinaryContentAs(folder.resolve("one.png"));
    assertThat(names()).containsExactlyInAnyOrder("one.png", "two.jpg", "three.webp", "four.png");
  }

  @Test
  void writesResultsAsJson_oneALine() throws Exception {
    Files.writeString(folder.resolve("prompts.txt"), "a dark volcano\n\na pine forest\n");

    Said said =
        distribution.run(
            "render",
            "--prompts",
            "prompts.txt",
            "--steps",
            "1",
            "--size",
            "256x256",
            "--seed",
            "5",
            "--json",
            "--quiet",
            "--latents",
            "l.safetensors",
            "--previews");

    assertThat(said.err()).isEmpty();
    List<String> lines = said.out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode second = new JsonMapper().readTree(lines.get(1));
    assertThat(second.get("prompt").asText()).isEqualTo("a pine forest");
    assertThat(second.get("seed").asLong()).isEqualTo(5);
    assertThat(second.get("picture").asText()).endsWith("a-pine-forest-5.png");
    assertThat(SafetensorsFile.open(folder.resolve("l-2.safetensors")).names())
        .containsExactly("phase1.final");
  }

  @Test
  void replacesAnOutput_onlyWhenThePictureIsWhole() throws Exception {
    Path mine = Files.writeString(folder.resolve("mine.png"), "precious");

    Said refused = distribution.run("render", PROMPT, "-o", "mine.png", "--size", "257x256");
    String before = Files.readString(mine);
    Said drawn =
        distribution.run("render", PROMPT, "-o", "mine.png", "--size", "256x256", "--steps", "1");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(before).isEqualTo("precious");
    assertThat(drawn.exitCode()).isZero();
    assertThat(ImageIO.read(mine.toFile())).isNotNull();
    assertThat(names()).containsExactly("mine.png");
  }

  @Test
  void drawsProgressOverInPlace_onATerminal() throws Exception {
    Map<String, String> terminal =
        Map.of("DEMOFUSION_JAVA_OPTS", "-Ddemofusion.columns=60", "TERM", "xterm");

    Said said =
        distribution.run(
            terminal, "render", PROMPT, "--steps", "2", "--size", "320x256", "-o", "p.png");

    assertThat(said.err()).contains("\rphase 2/2  320x256  2 steps in");
    assertThat(said.err().split("[\r\n]", -1)).allMatch(line -> line.length() < 120);
    assertThat(said.out()).isEqualTo(folder.resolve("p.png") + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "INT, 130, checkpoint.safetensors",
    "TERM, 143, phase-1.safetensors",
    "INT, 130, phase-2.safetensors",
    "KILL, 137, phase-1.safetensors"
  })
  void canBeStopped_andTakenUpToTheSameBytes(String signal, int exitCode, String moment)
      throws Exception {
    String[] render = {
      "render", PROMPT, "--size", "384x384", "--steps", "6", "--seed", "3", "-o", "stopped.png"
    };
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();

    Process process = distribution.start(Map.of(), out, err, render);
    Path job = folder.resolve("stopped.render");
    awaitFile(job.resolve(moment), process);
    awaitFile(job.resolve("checkpoint.safetensors"), process);
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();

    Said stopped = Distribution.said(process.exitValue(), out, err);
    assertThat(stopped.exitCode()).isEqualTo(exitCode);
    assertThat(stopped.out()).isEmpty();
    assertThat(stopped.err()).doesNotContain("Exception", "fatal error");
    assertThat(stopped.err().contains("--resume")).isEqualTo(!signal.equals("KILL"));
    assertThat(folder.resolve("stopped.png")).doesNotExist();
    Said resumed = distribution.run("render", "--resume", "stopped.render");
    assertThat(resumed.exitCode()).isZero();
    assertThat(folder.resolve("stopped.render")).doesNotExist();
    render[render.length - 1] = wholePicture.toString();
    assertThat(Files.exists(wholePicture) || distribution.run(render).exitCode() == 0).isTrue();
    assertThat(folder.resolve("stopped.png")).hasSameBinaryContentAs(wholePicture);
  }

  @Test
  void endsWithOneSentence_whenTheDiskIsFull() throws Exception {
    Said said =
        distribution.runWithFilesUpTo(
            100, "render", PROMPT, "--size", "512x512", "--steps", "3", "--quiet", "-o", "a.png");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err())
        .matches("demofusion: .* could not be written: File too large; finished work is kept.*\n");
    assertThat(names()).containsExactly("a.render");
  }

  @Test
  void endsWithOneSentence_whenAPreviewCannotBePutInPlace() throws Exception {
    Files.createDirectories(folder.resolve("a-phase1.png").resolve("occupied"));

    Said said =
        distribution.run(
            "render",
            PROMPT,
            "--size",
            "512x512",
            "--steps",
            "2",
            "--quiet",
            "--previews",
            "-o",
            "a.png");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).matches("demofusion: .*a-phase1.png could not be written: .*\n");
    assertThat(names()).containsExactly("a-phase1.png", "a.render");
  }

  @Test
  void givesTwoRendersAtOnceNamesOfTheirOwn() throws Exception {
    String[] render = {"render", "hills", "--size", "256x256", "--steps", "1", "--seed", "3"};
    File words = folder.resolve("words").toFile();

    Process first = distribution.start(Map.of(), words, words, render);
    Said second = distribution.run(render);

    assertThat(first.waitFor()).isZero();
    assertThat(second.exitCode()).isZero();
    assertThat(names()).containsExactly("hills-3-1.png", "hills-3.png", "words");
    assertThat(folder.resolve("hills-3.png"))
        .hasSameBinaryContentAs(folder.resolve("hills-3-1.png"));
  }

  private static void awaitFile(Path file, Process process) throws InterruptedException {
    while (!Files.exists(file)) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("ended with " + process.exitValue() + " before " + file);
      }
    }
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
