package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution.Said;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherIT {
  @TempDir Path folder;
  private Distribution distribution;

  @BeforeEach
  void findDistribution() {
    distribution = Distribution.builtOne(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "render --help", "bench unet -h", "help doctor", "--version"})
  void printsHelp_withoutJava(String line) throws Exception {
    Said said = distribution.run(Map.of("JAVA_HOME", "/nowhere"), line.split(" ", -1));

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).containsAnyOf("Usage: demofusion", "demofusion 0.");
    assertThat(said.err()).isEmpty();
  }

  @Test
  void printsTheSameHelp_withJava() throws Exception {
    String printed = distribution.run("render", "--help").out();

    Said said = distribution.run("render", "--steps", "3", "--help"); // not the launcher's pattern

    assertThat(said.out()).isEqualTo(printed);
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void saysWhatIsMissing_whenThereIsNoJava() throws Exception {
    Said said = distribution.run(Map.of("JAVA_HOME", "/nowhere"), "doctor");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err())
        .isEqualTo(
            "demofusion: no Java found in JAVA_HOME (/nowhere): install Java 17 or later, or set"
                + " JAVA_HOME\n");
  }

  @Test
  void printsHelpOnStderr_whenThereIsNoCommand() throws Exception {
    Said said = distribution.run();

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).startsWith("Usage: demofusion");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rendr",
        "render x --sise 64x64",
        "render x --steps",
        "render x --steps many",
        "render x --guidance NaN",
        "render x --size 1023x512",
        "render x --size 0x0",
        "render x --size -8x8",
        "render x --size 99999992x99999992",
        "render x --scheduler magic",
        "render x --stride 33",
        "render x --stride 0",
        "render x --view-batch 65",
        "render x --image /etc/passwd",
        "render x --image /nowhere.png",
        "render x --strength 0.5",
        "render x --output /nowhere/picture.png",
        "render x --output picture.avif",
        "render x --latents latents.bin",
        "render x --model /nowhere",
        "render x --model /etc/passwd",
        "render x --variant bf16",
        "render x --device cuda:99",
        "render x --device tpu",
        "render x --count 0",
        "render --prompts /nowhere",
        "render --from /etc/passwd",
        "render --resume .",
        "render",
        "plan --gpus 4091",
        "plan --gpus h100 --efficiency 2",
        "plan --gpus h100 --size 1023x512",
        "inspect .",
        "inspect",
        "bench unet --forwards 0",
        "bench",
        "render x --prompts captions.txt",
        "render x --image a.png --image b.png",
        "render --from /etc/passwd --prompts captions.txt",
        "render x --resume . --dry-run",
        "submit x --output x.png",
        "submit x --wait --latents x.bin",
        "jobs --state over",
        "jobs prune",
        "job",
        "cancel",
        "drain",
        "token ann --tokens tokens",
        "token ann --role king --tokens tokens",
        "jobs --coordinator ftp://farm"
      })
  void saysOneSentenceAndWritesNothing_whenSomethingIsWrong(String line) throws Exception {
    Said said = distribution.run(line.split(" ", -1));

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).startsWith("demofusion: ").endsWith("\n").containsOnlyOnce("\n");
    assertThat(said.err()).doesNotContain("Exception", "\tat ");
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "render --help", "render --steps 3 --help", "doctor"})
  void saysOneSentence_whenStdoutIsAFullDisk(String line) throws Exception {
    Said said = distribution.runInto(new File("/dev/full"), line.split(" ", -1));

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).startsWith("demofusion: ").endsWith("\n").containsOnlyOnce("\n");
  }

  @Test
  void measuresTheNetwork_whereTheLabIs() throws Exception {
    Said said = distribution.run("bench", "unet", "--forwards", "1", "--json");

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out()).contains("\"model\":\"miniature\",\"network\":\"unet\"");
  }

  @Test
  void saysWhereBenchIs_whereOnlyTheUsersJarsAre() throws Exception {
    Distribution withoutLab = distribution.copiedTo(folder.resolve("users"));
    Path noFolder = Files.createFile(folder.resolve("no-folder")); // an archive takes its time

    Said said =
        withoutLab.run(
            Map.of("XDG_CACHE_HOME", noFolder.toString()), "bench", "unet", "--forwards", "1");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err())
        .isEqualTo(
            "demofusion: bench needs the jar in the distribution's folder lab, which is not there:"
                + " unpack or build the distribution again\n");
  }

  @Test
  void buildsOnce_whenTwoStartInAFreshClone() throws Exception {
    FreshClone clone = FreshClone.in(folder, distribution);

    Process first = clone.start("first");
    clone.awaitBuild();
    Process second = clone.start("second");
    clone.awaitWords("second", "another start is building it");
    clone.letBuildsEnd();

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(clone.builds()).isEqualTo(1);
    assertThat(clone.out("second")).startsWith("demofusion 0.");
  }

  @Test
  void saysOneSentence_whenTheNamedLibtorchIsNotThere() throws Exception {
    Said said = distribution.run(Map.of("PYTORCH_LIBRARY_PATH", folder.toString()), "render", "x");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).contains("contains no libtorch").containsOnlyOnce("\n");
  }

  @Test
  void saysOneSentence_whenTheHeapIsFull() throws Exception {
    Said said = distribution.run(Map.of("DEMOFUSION_JAVA_OPTS", "-Xmx10m"), "render", "x");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).contains("Java heap").containsOnlyOnce("\n");
  }

  @Test
  void startsThroughASymbolicLink_fromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("demofusion"), distribution.launcher());
    Process process =
        new ProcessBuilder(link.toString(), "--version").redirectErrorStream(true).start();

    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said).startsWith("demofusion 0.");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void keepsItsClassArchiveInTheUsersCache_whenItWasMoved() throws Exception {
    Distribution moved = distribution.copiedTo(folder.resolve("a place with spaces"));
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());

    Said first = moved.run(environment, "doctor", "--json");
    Said second = moved.run(environment, "doctor", "--json");

    assertThat(first.exitCode()).isZero();
    assertThat(second.exitCode()).isZero();
    assertThat(second.err()).isEmpty();
    assertThat(archives(folder.resolve("cache/demofusion"))).isEqualTo(1);
  }

  @Test
  void startsAllTheSame_whereNothingCanBeCached() throws Exception {
    Distribution moved = distribution.copiedTo(folder.resolve("elsewhere"));
    Path noFolder = Files.createFile(folder.resolve("no-folder"));

    Said said = moved.run(Map.of("XDG_CACHE_HOME", noFolder.toString()), "doctor");

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).contains("libtorch   the bundled CPU version");
    assertThat(said.err()).isEmpty();
  }

  @Test
  void describesTheModelThatShips_asJson() throws Exception {
    Said said =
        distribution.run(
            "inspect", distribution.home().resolve("models/miniature").toString(), "--json");

    assertThat(said.exitCode()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).contains("\"nativeSide\":256", "\"missing\":[]").containsOnlyOnce("\n");
  }

  private static long archives(Path cache) throws IOException {
    try (var files = Files.list(cache)) {
      return files.filter(file -> file.toString().endsWith(".jsa")).count();
    }
  }
}
