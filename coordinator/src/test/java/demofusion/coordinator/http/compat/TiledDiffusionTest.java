package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.api.request.region.Region;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WebUI's script Tiled Diffusion, with its arguments as its user interface sends them. */
class TiledDiffusionTest {
  private static final String TXT2IMG = "/sdapi/v1/txt2img";
  private static final String IMG2IMG = "/sdapi/v1/img2img";

  /** In latent samples: the fixture's only model has images of so many times 8. */
  private static final int WINDOW = 128;

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  /** The arguments that its user interface sends for text to image, switched on. */
  private static ArrayNode arguments() {
    ArrayNode args = JsonNodeFactory.instance.arrayNode();
    args.add(true).add("MultiDiffusion").add(false).add(true).add(1024).add(1024);
    args.add(96).add(96).add(48).add(4).add("None").add(2).add(false).add(10).add(1).add(1);
    return args.add(64).add(false).add(false).add(false).add(false);
  }

  private static void addBox(ArrayNode args, double x, double w, String prompt, String mode) {
    args.add(true).add(x).add(0.0).add(w).add(1.0).add(prompt).add("");
    args.add(mode).add(0.2).add(-1);
  }

  private static ArrayNode regional(boolean isOnBackground) {
    ArrayNode args = arguments();
    args.set(18, JsonNodeFactory.instance.booleanNode(true));
    args.set(19, JsonNodeFactory.instance.booleanNode(isOnBackground));
    return args;
  }

  private static String body(ArrayNode args, String fields) {
    ObjectNode scripts = JsonNodeFactory.instance.objectNode();
    scripts.putObject("Tiled Diffusion").set("args", args);
    return "{\"prompt\":\"a valley\",\"seed\":1"
        + fields
        + ",\"alwayson_scripts\":"
        + scripts
        + "}";
  }

  private static RenderSpec asked(ArrayNode args, String fields) throws Exception {
    fixture.ask(TXT2IMG, body(args, fields));
    return fixture.nextRequestOfOne().spec();
  }

  private static JobRequest fromPicture(ArrayNode args, String fields) throws Exception {
    fixture.ask(IMG2IMG, body(args, fields + ",\"init_images\":[\"" + image() + "\"]"));
    return fixture.nextRequestOfOne();
  }

  private static String image() throws Exception {
    return Base64.getEncoder().encodeToString(RenderFixture.png("", 512, 256));
  }

  private static List<String> notes(String path, String body) throws Exception {
    var answer = fixture.begin(path, body);
    fixture.draw();
    JsonNode info = TestApi.JSON.readTree(RenderFixture.json(answer.get()).get("info").asText());
    List<String> notes = new ArrayList<>();
    info.get("demofusion_notes").forEach(note -> notes.add(note.asText()));
    return notes;
  }

  @ParameterizedTest
  @CsvSource({"MultiDiffusion,", "Mixture of Diffusers, GAUSSIAN"})
  void drawsByItsMethods(String method, WindowWeights weights) throws Exception {
    ArrayNode args = arguments();
    args.set(1, JsonNodeFactory.instance.textNode(method));

    RenderSpec spec = asked(args, "");

    assertThat(spec.method()).isEqualTo(RenderMethod.MULTIDIFFUSION);
    assertThat(spec.methodSettings().windows().weights()).isEqualTo(weights);
  }

  @Test
  void changesNothing_whereItIsSwitchedOff() throws Exception {
    ArrayNode args = regional(true);
    addBox(args, 0, 0.5, "a red house", "Background");
    args.set(0, JsonNodeFactory.instance.booleanNode(false));
    fixture.ask(TXT2IMG, "{\"prompt\":\"a valley\",\"seed\":1}");

    RenderSpec without = fixture.nextRequestOfOne().spec();

    assertThat(asked(args, "")).isEqualTo(without);
    assertThat(notes(TXT2IMG, body(args, ""))).isEmpty();
  }

  @Test
  void takesTilesOfTheModelsOwnSide_asWindowsWithTheirOverlap() throws Exception {
    ArrayNode args = arguments();
    args.set(6, JsonNodeFactory.instance.numberNode(WINDOW));
    args.set(7, JsonNodeFactory.instance.numberNode(WINDOW));
    args.set(8, JsonNodeFactory.instance.numberNode(32));

    RenderSpec spec = asked(args, "");

    assertThat(spec.stride()).isEqualTo(WINDOW - 32);
    assertThat(spec.methodSettings().windows().spacing()).isEqualTo(WindowSpacing.EVEN);
    assertThat(notes(TXT2IMG, body(args, ""))).isEmpty();
  }

  @Test
  void saysThatOtherTilesAreNotTaken() throws Exception {
    assertThat(asked(arguments(), "").stride()).isNull();
    assertThat(notes(TXT2IMG, body(arguments(), "")))
        .singleElement()
        .asString()
        .contains("tiles of 96x96", "overlap of 48", "not taken", "128x128");
  }

  @Test
  void takesTheSizeThatItOverwrites() throws Exception {
    ArrayNode args = arguments();
    args.set(2, JsonNodeFactory.instance.booleanNode(true));
    args.set(4, JsonNodeFactory.instance.numberNode(3072));

    assertThat(asked(args, ",\"width\":512,\"height\":512").size()).hasToString("3072x1024");
  }

  @Test
  void makesRegionsOfItsBoxes_withThePromptAppended() throws Exception {
    ArrayNode args = regional(true);
    addBox(args, 0, 0.5, "a red house", "Background");
    addBox(args, 0.4, 0.2, "", "Background");
    args.add(false).add(0.1).add(0.1).add(0.2).add(0.2).add("off").add("").add("Background");

    List<Region> regions =
        asked(args, ",\"width\":2048,\"height\":2048,\"negative_prompt\":\"fog\"")
            .regions()
            .regions();

    assertThat(regions).hasSize(2);
    assertThat(regions.get(0).area()).hasToString("0,0,0.5,1");
    assertThat(regions.get(0).prompt()).isEqualTo("a valley, a red house");
    assertThat(regions.get(0).negative()).isNull();
    assertThat(regions.get(0).feather()).isZero();
    assertThat(regions.get(1).area()).hasToString("0.4,0,0.6,1");
    assertThat(regions.get(1).prompt()).isEqualTo("a valley");
  }

  @Test
  void countsThePicturesOwnPromptAsOftenAsTilesLieOverEachOther() throws Exception {
    ArrayNode args = regional(true);
    addBox(args, 0, 0.5, "a red house", "Background");

    // 256 samples in 5 tiles of 96: 1.875 of them at each, along either side.
    assertThat(asked(args, ",\"width\":2048,\"height\":2048").regions().base()).isEqualTo(3.52);
    args.set(19, JsonNodeFactory.instance.booleanNode(false));
    assertThat(asked(args, ",\"width\":2048,\"height\":2048").regions().base()).isZero();
  }

  @Test
  void feathersAForegroundBox_inPixels() throws Exception {
    ArrayNode args = regional(false);
    addBox(args, 0.25, 0.5, "a boat", "Foreground");

    Region region = asked(args, ",\"width\":2048,\"height\":1024").regions().regions().get(0);

    // The shorter side has 128 samples, of which 0.2 of a half are 12.
    assertThat(region.feather()).isEqualTo(96);
  }

  @Test
  void takesTheNegativePromptOfABox() throws Exception {
    ArrayNode args = regional(false);
    args.add(true).add(0).add(0).add(1).add(1).add("a <b>").add("smoke");

    RenderSpec spec = asked(args, ",\"negative_prompt\":\"fog\"");

    assertThat(spec.regions().regions().get(0).negative()).isEqualTo("fog, smoke");
  }

  @Test
  void leavesTheLorasOfThePromptToThePicture() throws Exception {
    ArrayNode args = regional(false);
    addBox(args, 0, 0.5, "a boat", "Background");
    ObjectNode scripts = JsonNodeFactory.instance.objectNode();
    scripts.putObject("Tiled Diffusion").set("args", args);
    fixture.ask(
        TXT2IMG, "{\"prompt\":\"a lake<lora:ink:1>\",\"alwayson_scripts\":" + scripts + "}");

    assertThat(fixture.nextRequestOfOne().spec().regions().regions().get(0).prompt())
        .isEqualTo("a lake, a boat");
  }

  @Test
  void saysWhatOfRegionsIsNotTaken() throws Exception {
    ArrayNode args = regional(false);
    addBox(args, 0, 0.5, "a boat", "Background");
    args.set(args.size() - 1, JsonNodeFactory.instance.numberNode(42));

    assertThat(notes(TXT2IMG, body(args, "")))
        .anySatisfy(note -> assertThat(note).contains("seeds of regions"))
        .anySatisfy(note -> assertThat(note).contains("what no region covers"));

    addBox(args, 0.5, 0.5, "a house", "Background");

    assertThat(notes(TXT2IMG, body(args, "")))
        .noneSatisfy(note -> assertThat(note).contains("what no region covers"));
  }

  @ParameterizedTest
  @CsvSource({"true, None, 512x256", "false, None, 1024x512", "true, R-ESRGAN 4x+, 1280x640"})
  void givesAPictureItsSize(boolean keeps, String upscaler, String size) throws Exception {
    ArrayNode args = arguments();
    args.set(3, JsonNodeFactory.instance.booleanNode(keeps));
    args.set(10, JsonNodeFactory.instance.textNode(upscaler));
    args.set(11, JsonNodeFactory.instance.numberNode(2.5));

    JobRequest request = fromPicture(args, ",\"width\":1024,\"height\":512");

    assertThat(request.spec().size()).hasToString(size);
    assertThat(request.spec().method()).isEqualTo(RenderMethod.DEMOFUSION);
  }

  @Test
  void saysWhatOfAPictureIsDrawnOtherwise() throws Exception {
    ArrayNode args = arguments();
    args.set(10, JsonNodeFactory.instance.textNode("R-ESRGAN 4x+"));
    args.set(12, JsonNodeFactory.instance.booleanNode(true));

    List<String> notes = notes(IMG2IMG, body(args, ",\"init_images\":[\"" + image() + "\"]"));

    assertThat(String.join("\n", notes))
        .contains("redrawn in DemoFusion's phases", "R-ESRGAN 4x+ is not used", "noise inversion");
  }

  @Test
  void yieldsToOurOwnSettings() throws Exception {
    String own = ",\"override_settings\":{\"demofusion_method\":\"detail\"}";

    assertThat(asked(arguments(), own).method()).isEqualTo(RenderMethod.DETAIL);
    assertThat(notes(TXT2IMG, body(arguments(), own)))
        .anySatisfy(note -> assertThat(note).contains("MultiDiffusion is not used", "detail"));
  }

  @Test
  void saysThatTheVaeHasTilesOfItsOwn() throws Exception {
    String body =
        "{\"prompt\":\"a\",\"alwayson_scripts\":{\"tiled vae\":{\"args\":[true,1024,96]}}}";

    assertThat(notes(TXT2IMG, body)).singleElement().asString().startsWith("Tiled VAE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[true,\"DemoFusion\"] | 422 | method",
        "[true,\"MultiDiffusion\",\"maybe\"] | 422 | overwrite_size",
        "{\"enabled\":true} | 400 | must be a list",
      })
  void refusesWhatItCannotRead(String args, int status, String words) throws Exception {
    HttpResponse<String> response =
        fixture.api.post(
            TXT2IMG,
            "{\"prompt\":\"a\",\"alwayson_scripts\":{\"Tiled Diffusion\":{\"args\":"
                + args
                + "}}}");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains(words);
  }

  @Test
  void refusesRegionsThatAreAskedForTwice() throws Exception {
    ArrayNode args = regional(false);
    addBox(args, 0, 0.5, "a boat", "Background");
    String own =
        ",\"override_settings\":{\"demofusion_regions\":"
            + "\"[{\\\"area\\\":\\\"0,0,1,1\\\",\\\"prompt\\\":\\\"b\\\"}]\"}";

    HttpResponse<String> response = fixture.api.post(TXT2IMG, body(args, own));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Objects.requireNonNull(response.body())).contains("asked for twice");
  }
}
