package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingFileTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"mycat,mycat,3x16", "mydog,mydog,2x16 2x24", "dragon,dragon <dragon>,1x16"})
  void readsTheLayoutsThatPeopleHave(String name, String words, String towers) {
    TextEmbedding embedding =
        EmbeddingFile.read(GoldenData.path("models/embeddings/" + name + ".safetensors"), name);

    assertThat(embedding.words()).containsExactly(words.split(" "));
    assertThat(embedding.towers())
        .extracting(tower -> tower.shape()[0] + "x" + tower.shape()[1])
        .containsExactly(towers.split(" "));
  }

  @Test
  void readsTrainersLayout() {
    Path file = write(Map.of("string_to_param.*", Tensor.zeros(2, 8)));

    assertThat(EmbeddingFile.read(file, "word").words()).containsExactly("word");
  }

  @Test
  void readsThoseInALora() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("lora_unet_x.lora_down.weight", Tensor.zeros(1, 1));
    tensors.put("bundle_emb.my.cat.clip_l", Tensor.zeros(2, 8));
    tensors.put("bundle_emb.my.cat.clip_g", Tensor.zeros(2, 12));
    tensors.put("bundle_emb.dog.string_to_param.*", Tensor.zeros(1, 8));
    tensors.put("bundle_emb.fox.emb_params", Tensor.zeros(1, 8));

    List<TextEmbedding> bundled = EmbeddingFile.bundledIn(SafetensorsFile.open(write(tensors)));

    assertThat(bundled).extracting(TextEmbedding::name).containsExactly("dog", "fox", "my.cat");
    assertThat(bundled.get(2).towers()).hasSize(2);
  }

  @Test
  void refusesWhatIsNone() {
    assertRefused(Map.of("a", Tensor.zeros(1, 8), "b", Tensor.zeros(1, 8)), "it has 2 tensors");
    assertRefused(Map.of("emb_params", Tensor.zeros(76, 8)), "has room for 75");
    assertRefused(Map.of("emb_params", Tensor.zeros(2, 2, 8)), "must be (width) or");
    assertRefused(Map.of("emb_params", Tensor.zeros(0, 8)), "must be (width) or");
    assertRefused(
        Map.of("clip_l", Tensor.zeros(2, 8), "clip_g", Tensor.zeros(3, 8)),
        "both must have as many");
    assertRefused(
        Map.of("emb_params", new Tensor(new int[] {2}, new float[] {1, Float.NaN})), "NaN");
  }

  @Test
  void quotesTheBeginningOfATensorsName_onOneLine() {
    String name = "a\n" + "x".repeat(5000);
    for (Tensor tensor :
        List.of(Tensor.zeros(2, 2, 8), new Tensor(new int[] {1}, new float[] {Float.NaN}))) {
      Path file = write(Map.of(name, tensor));

      assertThatThrownBy(() -> EmbeddingFile.read(file, "word"))
          .isInstanceOfSatisfying(
              DemofusionException.class,
              e -> assertThat(e.userMessage()).contains("a?xxx").hasSizeLessThan(1000));
    }
  }

  @Test
  void refusesFilesThatCouldRunCode() throws IOException {
    Path pickle = Files.write(temp.resolve("x.pt"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});

    assertThatThrownBy(() -> EmbeddingFile.read(pickle, "x"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(pickle.toString())
        .hasMessageContaining("pickle");
  }

  @Test
  void saysWhatAnEmbeddingWasMadeFor() {
    TextEmbedding sd1 = new TextEmbedding("mycat", List.of("mycat"), List.of(Tensor.zeros(1, 768)));

    sd1.requireFitting(new int[] {768});
    assertThatThrownBy(() -> sd1.requireFitting(new int[] {768, 1280}))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(
            "embedding mycat has vectors 768 (SD 1) wide, and this model's text encoders take"
                + " 768 (SD 1) and 1280 (SDXL's second text encoder)");
    assertThatThrownBy(() -> sd1.requireFitting(new int[] {1024}))
        .hasMessageContaining("1024 (SD 2)");
  }

  private void assertRefused(Map<String, Tensor> tensors, String reason) {
    Path file = write(tensors);
    assertThatThrownBy(() -> EmbeddingFile.read(file, "word"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(file + " is no embedding that can be used: ")
        .hasMessageContaining(reason);
  }

  private Path write(Map<String, Tensor> tensors) {
    Path file = temp.resolve("word.safetensors");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      SafetensorsWriter.toChannel(channel, tensors, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
