package demofusion.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.adapter.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeImageEncoderTest {
  private static final Path ADAPTERS = GoldenData.path("conditioning/ip-adapter");
  private static final Path FOLDER = ADAPTERS.resolve("image_encoder");
  private static final Path WEIGHTS = FOLDER.resolve("model.safetensors");

  @TempDir Path temp;

  @Test
  void saysInItsHeader_whatOnlyConfigJsonSays() {
    Path whole = WholeImageEncoder.of(WEIGHTS, "tiny", temp);

    assertThat(whole).hasFileName("tiny.safetensors").startsWith(temp);
    ImageEncoder alone = ImageEncoder.open(whole);
    ImageEncoder expected = ImageEncoder.open(FOLDER);
    assertThat(alone.shape()).isEqualTo(expected.shape());
    expected
        .file()
        .tensors()
        .keySet()
        .forEach(
            name ->
                assertThat(alone.file().file().tensor(name))
                    .isEqualTo(expected.file().file().tensor(name)));
    assertThat(WholeImageEncoder.of(WEIGHTS, "tiny", temp)).isEqualTo(whole);
    assertThat(WholeImageEncoder.of(whole, "tiny", temp)).isEqualTo(whole);
  }

  /** As the store has it, where nothing but the file is. */
  @Test
  void standsBesideItsAdapter_withoutItsFolder() {
    Path adapter = ADAPTERS.resolve("tiny-sdxl-plus.safetensors");

    Path whole = WholeImageEncoder.of(WEIGHTS, "tiny", temp);

    assertThat(AdapterPair.open(adapter, whole).facts())
        .isEqualTo(AdapterPair.open(adapter, FOLDER).facts());
  }

  @Test
  void isRefused_whereNothingSaysWhatItIs() throws IOException {
    Path bare = Files.copy(WEIGHTS, temp.resolve("bare.safetensors"));

    assertThatThrownBy(() -> WholeImageEncoder.of(bare, "bare", temp))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("bare.safetensors has no config.json beside it: give the whole");
  }
}
