package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.fetch.WorkerStore;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedModelsTest {
  @TempDir Path folder;

  private void open(String model, String config) {
    Settings settings =
        Settings.read(
            Map.of(Setting.MODEL, model, Setting.MODEL_CONFIG, config, Setting.JOIN, "far:25520"),
            Map.of(),
            null);
    ServedModels.of(settings, null, WorkerStore.of(settings, Map.of(), null)).open();
  }

  @Test
  void refusesConfigurations_forAFolderThatHasItsOwn() {
    assertThatThrownBy(() -> open(folder.toString(), folder.toString()))
        .hasMessageContaining("--model-config is for a single file");
    assertThatThrownBy(() -> open(folder.resolve("x").toString(), folder.toString()))
        .hasMessageContaining("does not exist");
  }
}
