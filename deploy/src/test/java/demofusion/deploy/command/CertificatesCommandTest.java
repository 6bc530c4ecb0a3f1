package demofusion.deploy.command;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;

  private int run(String... arguments) {
    PrintStream data = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream words = new PrintStream(err, true, StandardCharsets.UTF_8);
    return DemofusionCommand.commandLine(new Terminal(data, words, 0, false)).execute(arguments);
  }

  @Test
  void namesTheFilesThatItMade_andAddsHostsLater() throws IOException {
    Path farm = folder.resolve("farm");

    assertThat(run("certificates", farm.toString(), "--host", "gpu1.lan")).isZero();
    assertThat(run("certificates", farm.toString(), "--host", "gpu2.lan", "--days", "7")).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            farm.resolve("ca.crt").toString(),
            farm.resolve("ca.key").toString(),
            farm.resolve("gpu1.lan.crt").toString(),
            farm.resolve("gpu1.lan.key").toString(),
            farm.resolve("gpu2.lan.crt").toString(),
            farm.resolve("gpu2.lan.key").toString())
        .allMatch(file -> Files.exists(Path.of(file)));
  }

  @Test
  void saysInOneSentenceWhatItDoesNotDo() throws IOException {
    Files.writeString(folder.resolve("worker.key"), "precious");

    int code = run("certificates", folder.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1).contains("already exists");
    assertThat(folder.resolve("worker.key")).hasContent("precious");
    assertThat(folder.resolve("ca.key")).doesNotExist();
  }
}
