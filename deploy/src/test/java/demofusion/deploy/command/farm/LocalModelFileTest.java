package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalModelFileTest {
  @TempDir Path folder;

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "{}");
  }

  @Test
  void readsTheConfigurations_thatTheStoreTakes_andNothingElse() throws Exception {
    write("model_index.json");
    write("unet/config.json");
    write("tokenizer/merges.txt");
    write("unet/diffusion_pytorch_model.safetensors.index.json");
    write("unet/diffusion_pytorch_model.safetensors");
    write("my notes.txt");
    write("text-encoder/config.json");
    write(".hidden/config.json");

    assertThat(LocalModelFile.configs(folder).files())
        .containsOnlyKeys("model_index.json", "unet/config.json", "tokenizer/merges.txt");
  }

  @Test
  void refusesMoreThanTheStoreTakes_beforeAnythingIsSent() throws Exception {
    for (int n = 0; n <= 50; n++) {
      write("config" + n + ".json");
    }

    assertThatThrownBy(() -> LocalModelFile.configs(folder)).hasMessageContaining("50");
  }
}
