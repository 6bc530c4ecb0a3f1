package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.safetensors.SafetensorsWriter;
import demofusion.worker.model.text.TextEmbedding;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptEmbeddingsTest {
  private static final String CAT = "1".repeat(64);
  private static final String LORA = "2".repeat(64);

  @TempDir Path temp;

  @Test
  void takesThoseThatAreNamed_andThoseOfLorasInUse() throws IOException {
    assertThat(names(1, 0)).containsExactly("mycat", "fox");
    assertThat(names(0, 0.5)).containsExactly("mycat", "fox");
    assertThat(names(0, 0)).containsExactly("mycat");
  }

  private List<String> names(double weight, double textWeight) throws IOException {
    Path lora = temp.resolve("lora.safetensors");
    try (FileChannel channel =
        FileChannel.open(lora, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      SafetensorsWriter.toChannel(
          channel, Map.of("bundle_emb.fox.emb_params", Tensor.zeros(1, 8)), Map.of());
    }
    Additions additions =
        new Additions(
            List.of(new LoraUse("lora", LORA, weight, textWeight)),
            List.of(new EmbeddingUse("mycat", CAT)));
    return PromptEmbeddings.of(
            additions,
            hash ->
                hash.equals(LORA) ? lora : GoldenData.path("models/embeddings/mycat.safetensors"))
        .stream()
        .map(TextEmbedding::name)
        .toList();
  }
}
