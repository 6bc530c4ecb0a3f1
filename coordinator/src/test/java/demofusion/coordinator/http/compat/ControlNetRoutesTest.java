package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.library.CraftedFiles;
import demofusion.coordinator.library.store.Uploads;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.NewStoredFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sd-webui-controlnet's clients ask for before they send units. */
class ControlNetRoutesTest {
  private static final String CANNY = "control-canny";
  private static final Path FILE =
      GoldenData.path("conditioning/controlnet/tiny-sd15-lllyasviel.safetensors");

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  private static JsonNode get(String path) throws Exception {
    return TestApi.JSON.readTree(fixture.api.get("/controlnet/" + path).body());
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** As its clients show it. */
  private static String stored() throws Exception {
    byte[] file = Files.readAllBytes(FILE);
    String hash = CraftedFiles.sha256(file);
    Uploads uploads = fixture.api.store.uploads();
    uploads.announce(new NewStoredFile(CANNY, file.length, hash));
    try (Uploads.Writer writer = uploads.write(hash, 0)) {
      writer.append(ByteBuffer.wrap(file));
    }
    return CANNY + " [" + hash.substring(0, 8) + "]";
  }

  @Test
  void listsTheStoresControlNets_asUnitsNameThem() throws Exception {
    String title = stored();

    assertThat(texts(get("model_list").get("model_list"))).containsExactly(title);
    JsonNode types = get("control_types").get("control_types");
    assertThat(texts(types.at("/All/model_list"))).containsExactly("None", title);
    assertThat(texts(types.at("/Canny/model_list"))).containsExactly("None", title);
    assertThat(types.at("/Canny/default_model").asText()).isEqualTo(title);
    assertThat(types.at("/Canny/default_option").asText()).isEqualTo("canny");
    assertThat(texts(types.at("/Depth/model_list"))).containsExactly("None");
    assertThat(types.at("/Depth/default_model").asText()).isEqualTo("None");
  }

  @ParameterizedTest
  @CsvSource({
    "'', invert, ip-adapter_clip_sd15",
    "'?alias_names=true', invert (from white bg & black line), ip-adapter_clip_h"
  })
  void listsModules_byNameOrLabel(String query, String invert, String adapter) throws Exception {
    JsonNode modules = get("module_list" + query);

    assertThat(texts(modules.get("module_list"))).contains("none", "canny", invert, adapter);
    assertThat(modules.at("/module_detail/canny/sliders/0/value").asInt()).isEqualTo(100);
    assertThat(modules.at("/module_detail/canny/sliders/1/name").asText())
        .isEqualTo("High Threshold");
  }

  @Test
  void answersItsVersion_andHowManyUnitsThereMayBe() throws Exception {
    assertThat(get("version").get("version").asInt()).isEqualTo(3);
    assertThat(get("settings").get("control_net_unit_count").asInt()).isEqualTo(4);
  }
}
