package demofusion.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
  private static final String LINE = "demofusion.worker.name = \"café\"\n";
  @TempDir Path folder;

  @Test
  void readsUtf8() throws IOException {
    Path file = Files.writeString(folder.resolve("worker.conf"), LINE);

    assertThat(ConfigurationFile.read(file)).containsEntry(Setting.WORKER_NAME, "café");
  }

  @Test
  void refusesAnotherCharset_insteadOfReadingSigns() throws IOException {
    Path file = Files.writeString(folder.resolve("w.conf"), LINE, StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> ConfigurationFile.read(file))
        .isInstanceOf(DemofusionException.class)
        .hasMessageEndingWith("w.conf cannot be read: it is not UTF-8 text");
  }
}
