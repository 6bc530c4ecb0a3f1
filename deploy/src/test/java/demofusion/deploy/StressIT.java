package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution.Said;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stress} as a process, with the model that ships. */
class StressIT {
  private static final String[] LINE = {
    "stress",
    "--methods",
    "demofusion,lanczos",
    "--limit",
    "2",
    "--seeds",
    "1",
    "--steps",
    "2",
    "--size",
    "320x320",
    "--no-jitter"
  };

  @TempDir Path folder;
  private Distribution distribution;

  @BeforeEach
  void findDistribution() {
    distribution = Distribution.builtOne(folder);
  }

  @Test
  void goesOnAfterAKill_andKeepsWhatWasDrawn() throws Exception {
    Path first = folder.resolve("stress/320x320/01-1-demofusion.json");
    File nowhere = folder.resolve("nowhere").toFile();
    Process killed = distribution.start(Map.of(), nowhere, nowhere, LINE);
    long patience = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (!Files.exists(first) && killed.isAlive() && System.nanoTime() < patience) {
      Thread.sleep(50);
    }
    killed.destroyForcibly().waitFor();
    assertThat(first).exists();
    FileTime drawn = Files.getLastModifiedTime(first);

    Said said = distribution.run(LINE);

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out()).isEqualTo(folder.resolve("stress/report.html") + "\n");
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(drawn);
    List<String> pictures = Files.readAllLines(folder.resolve("stress/pictures.csv"));
    assertThat(pictures).hasSize(5);
    assertThat(Files.size(folder.resolve("stress/report.png"))).isGreaterThan(10_000);
  }

  @Test
  void refusesBeforeItDraws() throws Exception {
    Said said = distribution.run("stress", "--captions", "cats");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).contains("captions \"cats\" must be sdxl or miniature");
    assertThat(folder.resolve("stress")).doesNotExist();
  }
}
