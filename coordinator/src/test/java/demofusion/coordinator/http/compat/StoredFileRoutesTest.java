package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.library.CraftedFiles;
import demofusion.coordinator.library.store.Uploads;
import demofusion.protocol.api.NewStoredFile;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoredFileRoutesTest {
  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  private static void store(String name, byte[] bytes) {
    Uploads uploads = fixture.api.store.uploads();
    String hash = CraftedFiles.sha256(bytes);
    uploads.announce(new NewStoredFile(name, bytes.length, hash));
    try (Uploads.Writer writer = uploads.write(hash, 0)) {
      writer.append(ByteBuffer.wrap(bytes));
    }
  }

  private static JsonNode list(String name) throws Exception {
    return TestApi.JSON.readTree(fixture.api.get("/sdapi/v1/" + name).body());
  }

  @Test
  void listsTheStoresLoras_byTheNamesThatPromptsHave() throws Exception {
    store("fur", CraftedFiles.of(CraftedFiles.LORA_KEY, 100, 1, "\"ss_output_name\":\"Soft Fur\""));

    for (String name : new String[] {"loras", "lycos"}) {
      assertThat(list(name)).hasSize(1);
      assertThat(list(name).at("/0/name").asText()).isEqualTo("fur");
      assertThat(list(name).at("/0/alias").asText()).isEqualTo("Soft Fur");
    }
    assertThat(list("embeddings").get("loaded")).isEmpty();
  }
}
