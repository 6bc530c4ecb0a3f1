package demofusion.deploy.command.option.file;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.library.FileNaming;
import demofusion.coordinator.library.LibraryKind;
import demofusion.protocol.GoldenData;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.control.ControlFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlNetOnDiskTest {
  private static final Path WHOLE = GoldenData.path("conditioning/controlnet/tiny-sdxl");
  private static final String WEIGHTS = "diffusion_pytorch_model.fp16.safetensors";

  @TempDir Path temporary;

  @Test
  void isTheFileOfAFolder() {
    assertThat(ControlNetOnDisk.file(WHOLE, temporary)).isEqualTo(WHOLE.resolve(WEIGHTS));
    assertThat(ControlNetOnDisk.file(WHOLE.resolve(WEIGHTS), temporary))
        .isEqualTo(WHOLE.resolve(WEIGHTS));
  }

  @Test
  void joinsShards_onceAndUnderTheirFoldersName() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("canny"));
    shard(folder);

    Path joined = ControlNetOnDisk.file(folder, temporary.resolve("cache"));

    assertThat(FileNaming.name(LibraryKind.CONTROLNET, joined)).isEqualTo("canny");
    assertThat(ControlFile.open(joined).shape()).isEqualTo(ControlFile.open(WHOLE).shape());
    assertThat(ControlFile.open(joined).files()).hasSize(1);
    var made = Files.getLastModifiedTime(joined);
    assertThat(ControlNetOnDisk.file(folder, temporary.resolve("cache"))).isEqualTo(joined);
    assertThat(Files.getLastModifiedTime(joined)).isEqualTo(made);
  }

  /** Two shards with an index, as diffusers saves them. */
  private static void shard(Path folder) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(WHOLE.resolve(WEIGHTS));
    List<String> map = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      String name = "diffusion_pytorch_model-0000%s-of-00002.safetensors".formatted(shard + 1);
      Map<String, SafetensorsWriter.Raw> tensors = new LinkedHashMap<>();
      int n = 0;
      for (SafetensorsFile.Entry entry : file.entries()) {
        if (n++ % 2 == shard) {
          tensors.put(
              entry.name(),
              new SafetensorsWriter.Raw(
                  entry.dtype(), entry.shape(), () -> file.bytes(entry.name())));
          map.add("\"%s\":\"%s\"".formatted(entry.name(), name));
        }
      }
      SafeFile.write(
          folder.resolve(name), channel -> SafetensorsWriter.copy(channel, tensors, Map.of()));
    }
    Files.writeString(
        folder.resolve("diffusion_pytorch_model.safetensors.index.json"),
        "{\"weight_map\":{" + String.join(",", map) + "}}");
    Files.copy(WHOLE.resolve("config.json"), folder.resolve("config.json"));
  }
}
