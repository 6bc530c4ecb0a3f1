package demofusion.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.model.control.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeControlNetTest {
  private static final String WEIGHTS = "diffusion_pytorch_model.fp16.safetensors";

  @TempDir Path temp;

  @Test
  void leavesOneFileWhereItIs() {
    Path folder = GoldenData.path("conditioning/controlnet/tiny-sdxl");

    assertThat(WholeControlNet.of(folder, true, temp)).isEqualTo(folder.resolve(WEIGHTS));
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void writesWhatTravelsWithoutItsFolder_once() {
    Path folder = GoldenData.path("conditioning/controlnet/tiny-sd15");

    Path whole = WholeControlNet.of(folder, true, temp);

    assertThat(whole).hasFileName("tiny-sd15.safetensors").startsWith(temp);
    assertThat(ControlFile.open(whole).facts()).isEqualTo(ControlFile.open(folder).facts());
    assertThat(WholeControlNet.of(folder, true, temp)).isEqualTo(whole);
    assertThat(WholeControlNet.of(whole, true, temp)).isEqualTo(whole);
    assertThat(WholeControlNet.of(folder, false, temp)).isEqualTo(folder.resolve(WEIGHTS));
  }

  @Test
  void joinsShards() throws IOException {
    Path golden = GoldenData.path("conditioning/controlnet/tiny-sdxl");
    Path folder = Files.createDirectory(temp.resolve("edges"));
    Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
    ControlFile.open(golden).joinTo(folder.resolve("both.safetensors"));
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    Shards.split(folder.resolve("both.safetensors"), first, second);
    Files.writeString(
        folder.resolve("diffusion_pytorch_model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"first.safetensors\", \"b\": \"second.safetensors\"}}");

    Path whole = WholeControlNet.of(folder, false, temp.resolve("cache"));

    assertThat(whole).hasFileName("edges.safetensors");
    assertThat(ControlFile.open(folder).files()).hasSize(2);
    assertThat(whole).hasSameBinaryContentAs(folder.resolve("both.safetensors"));
  }
}
