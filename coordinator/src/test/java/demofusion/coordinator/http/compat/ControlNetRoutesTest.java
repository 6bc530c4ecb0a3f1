package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.diffusion.Steering;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.RgbPicture;
import demofusion.coordinator.image.condition.DetectedMap;
import demofusion.coordinator.library.CraftedFiles;
import demofusion.coordinator.library.store.Uploads;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.request.condition.ControlMake;
import demofusion.protocol.latent.PixelExtent;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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

  private static JsonNode detect(int status, String fields) throws Exception {
    String image = Base64.getEncoder().encodeToString(Steering.picture(40, 30).file());
    String body = "{\"controlnet_input_images\":[\"%s\"]%s}".formatted(image, fields);
    HttpResponse<String> answer = fixture.api.post("/controlnet/detect", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return TestApi.JSON.readTree(answer.body());
  }

  private static RgbPicture picture(JsonNode answer) {
    byte[] file = Base64.getDecoder().decode(answer.at("/images/0").asText());
    return PictureReader.read(file, "of the answer", 1 << 20);
  }

  /** As they are made where they steer. */
  @Test
  void makesWhatModulesMakeOfPictures() throws Exception {
    RgbPicture original = picture(detect(200, ""));
    RgbPicture negative = picture(detect(200, ",\"controlnet_module\":\"invert\""));
    RgbPicture edges =
        picture(
            detect(
                200,
                ",\"controlnet_module\":\"canny\",\"controlnet_threshold_a\":90,\"controlnet_threshold_b\":30,\"controlnet_processor_res\":512"));

    assertThat(original.extent()).isEqualTo(new PixelExtent(40, 30));
    for (int n = 0; n < original.rgb().length; n++) {
      assertThat(negative.rgb()[n] & 0xff).isEqualTo(255 - (original.rgb()[n] & 0xff));
    }
    byte[] file = Steering.picture(40, 30).file();
    byte[] made = DetectedMap.of(List.of(file), ControlMake.parse("canny:30,90"), 1 << 20).get(0);
    assertThat(edges.rgb()).isEqualTo(PictureReader.read(made, "that was made", 1 << 20).rgb());
    assertThat(edges.rgb()).contains((byte) 0, (byte) 255);
  }

  @ParameterizedTest
  @CsvSource({
    "depth_midas, 'module depth_midas is not done here; bring a depth map ready made'",
    "inpaint_only, 'module inpaint_only makes no picture that could be shown'",
    "ip-adapter-auto, 'detect takes none, canny and invert'"
  })
  void refusesModulesThatAreNotDoneHere(String module, String words) throws Exception {
    JsonNode refusal = detect(400, ",\"controlnet_module\":\"" + module + "\"");

    assertThat(refusal.toString()).contains(words);
  }

  @Test
  void refusesPicturesThatAreNone_andMasks() throws Exception {
    assertThat(detect(400, ",\"controlnet_masks\":[\"AAAA\"]").toString())
        .contains("controlnet_masks: no module here takes a mask");
    HttpResponse<String> none = fixture.api.post("/controlnet/detect", "{}");
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(none.body()).contains("must be a list of 1 to 16 pictures in base64");
    HttpResponse<String> odd =
        fixture.api.post("/controlnet/detect", "{\"controlnet_input_images\":[\"aGVsbG8=\"]}");
    assertThat(odd.statusCode()).isEqualTo(400);
    assertThat(odd.body()).contains("in place 1 of the request");
  }

  @Test
  void refusesMorePixelsThanAreTaken() {
    List<byte[]> two = List.of(Steering.picture(40, 30).file(), Steering.picture(40, 30).file());

    assertThatThrownBy(() -> DetectedMap.of(two, null, 2399))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("have 2400 pixels together, more than the 2399");
    assertThat(DetectedMap.of(two, null, 2400)).hasSize(2);
  }
}
