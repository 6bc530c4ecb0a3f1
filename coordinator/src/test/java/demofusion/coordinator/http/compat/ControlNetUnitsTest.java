package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.StepSpan;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Units of sd-webui-controlnet, in the forms in which its clients send them. */
class ControlNetUnitsTest {
  private static final String TXT2IMG = "/sdapi/v1/txt2img";
  private static final String IMG2IMG = "/sdapi/v1/img2img";

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  private static byte[] png() throws Exception {
    return RenderFixture.png("");
  }

  private static String image() throws Exception {
    return "\"" + Base64.getEncoder().encodeToString(png()) + "\"";
  }

  private static String body(String units, String fields) {
    return "{\"prompt\":\"a\"%s,\"alwayson_scripts\":{\"controlnet\":{\"args\":%s}}}"
        .formatted(fields, units);
  }

  private static ConditionSettings asked(String path, String units, String fields)
      throws Exception {
    // Answered, since these are more requests than a server holds at once.
    var answer = fixture.begin(path, body(units, fields));
    JobRequest request = fixture.nextRequest();
    fixture.draw();
    assertThat(answer.get().statusCode()).isEqualTo(200);
    return request.spec().conditions();
  }

  /** The ControlNet of one unit with a picture and a model. */
  private static ControlUse control(String fields) throws Exception {
    return asked(TXT2IMG, unit(fields), "").controls().get(0);
  }

  private static String unit(String fields) throws Exception {
    return "[{\"enabled\":true,\"model\":\"depth-sdxl [0a1b2c3d]\",\"image\":%s%s}]"
        .formatted(image(), fields);
  }

  private static String refusal(String path, String units, String fields) throws Exception {
    HttpResponse<String> response = fixture.api.post(path, body(units, fields));
    assertThat(response.statusCode()).as(response.body()).isIn(400, 422);
    return response.body();
  }

  private static JsonNode notes(String units) throws Exception {
    var answer = fixture.begin(TXT2IMG, body(units, ""));
    fixture.draw();
    HttpResponse<String> response = answer.get();
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestApi.JSON
        .readTree(RenderFixture.json(response).get("info").asText())
        .get("demofusion_notes");
  }

  @Test
  void isAControlNet_withItsPicture() throws Exception {
    ControlUse use = control("");

    assertThat(use.network().name()).isEqualTo("depth-sdxl");
    assertThat(Objects.requireNonNull(use.picture()).file()).isEqualTo(png());
    assertThat(use.weights()).containsExactly(1.0);
    assertThat(use.span()).isEqualTo(StepSpan.ALL);
    assertThat(use.mode()).isEqualTo(ControlMode.PLAIN);
    assertThat(use.fit()).isEqualTo(ControlFit.CROP); // the extension's own default
    assertThat(use.make()).isNull();
  }

  /** As webuiapi 0.9.17 sends it, which knows no switch and wraps its mode in a list. */
  @Test
  void takesAUnitOfWebuiapi() throws Exception {
    ControlUse use =
        asked(
                TXT2IMG,
                ("[{\"input_image\":%s,\"mask\":null,\"module\":\"canny\",\"model\":\"canny.safetensors\","
                        + "\"weight\":0.8,\"resize_mode\":\"Resize and Fill\",\"lowvram\":false,"
                        + "\"processor_res\":512,\"threshold_a\":64,\"threshold_b\":64,\"guidance\":0.9,"
                        + "\"guidance_start\":0.1,\"guidance_end\":0.9,\"control_mode\":[\"Balanced\"],"
                        + "\"pixel_perfect\":false,\"hr_option\":\"Both\"}]")
                    .formatted(image()),
                "")
            .controls()
            .get(0);

    assertThat(use.network().name()).isEqualTo("canny");
    assertThat(use.make()).hasToString("canny:64,64");
    assertThat(use.weights()).containsExactly(0.8);
    assertThat(use.span()).isEqualTo(new StepSpan(0.1, 0.9));
    assertThat(use.fit()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"Just Resize\" | STRETCH",
        "\"Crop and Resize\" | CROP",
        "\"Scale to Fit (Inner Fit)\" | CROP",
        "\"Resize and Fill\" |",
        "0 | STRETCH",
        "1 | CROP",
        "2 |",
        "3 | STRETCH",
      })
  void fitsAsItsResizeModeSays(String mode, ControlFit fit) throws Exception {
    assertThat(control(",\"resize_mode\":" + mode).fit()).isEqualTo(fit);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"Balanced\"', PLAIN",
    "'\"My prompt is more important\"', SOFT",
    "0, PLAIN",
    "1, SOFT"
  })
  void weighsAsItsControlModeSays(String mode, ControlMode drawn) throws Exception {
    assertThat(control(",\"control_mode\":" + mode).mode()).isEqualTo(drawn);
  }

  @ParameterizedTest
  @CsvSource({
    "none,,",
    "None,,",
    "invert,, invert",
    "canny,, 'canny:100,200'",
    "canny, '50;150', 'canny:50,150'",
    "canny, '150;50', 'canny:50,150'",
    "canny, '-1;300', 'canny:100,200'",
    "'invert (from white bg & black line)',, invert",
  })
  void makesOfThePicture_whatItsModuleSays(String module, String thresholds, String made)
      throws Exception {
    String ab =
        thresholds == null
            ? ""
            : ",\"threshold_a\":%s,\"threshold_b\":%s"
                .formatted((Object[]) thresholds.split(";", -1));

    ControlUse use = control(",\"module\":\"" + module + "\"" + ab);

    assertThat(use.make() == null ? null : use.make().toString()).isEqualTo(made);
  }

  @ParameterizedTest
  @CsvSource({"Both, 0.5", "Low res only, 0.5 0.0", "High res only, 0.0 0.5"})
  void weighsPhasesAsPassesOfHiresFix(String option, String weights) throws Exception {
    String unit = unit(",\"weight\":0.5,\"hr_option\":\"" + option + "\"");

    List<Double> twice = asked(TXT2IMG, unit, ",\"enable_hr\":true").controls().get(0).weights();
    List<Double> once = asked(TXT2IMG, unit, "").controls().get(0).weights();

    assertThat(twice.stream().map(Object::toString)).containsExactly(weights.split(" ", -1));
    assertThat(once).containsExactly(0.5);
  }

  @ParameterizedTest
  @CsvSource({"Depth, depth", "Soft Edge, hed", "Tile, tile", "Inpaint, repaint", "Unknown,"})
  void takesTheTypeOfAUnion(String asked, String type) throws Exception {
    assertThat(control(",\"union_control_type\":\"" + asked + "\"").type()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"image\":%s}", "{\"image\":%s,\"mask\":null}", "[{\"image\":%s}]", "[%s,null]"})
  void takesAPictureInAnyForm(String form) throws Exception {
    ControlUse use =
        asked(TXT2IMG, "[{\"model\":\"x\",\"image\":" + form.formatted(image()) + "}]", "")
            .controls()
            .get(0);

    assertThat(Objects.requireNonNull(use.picture()).file()).isEqualTo(png());
  }

  @Test
  void followsThePictureOfImg2img_whereItHasNone() throws Exception {
    ControlUse use =
        asked(
                IMG2IMG,
                "[{\"model\":\"x\",\"input_image\":\"\"}]",
                ",\"init_images\":[" + image() + "],\"resize_mode\":0")
            .controls()
            .get(0);

    assertThat(Objects.requireNonNull(use.picture()).file()).isEqualTo(png());
    assertThat(use.fit()).isEqualTo(ControlFit.STRETCH);
  }

  @Test
  void leavesOutUnitsThatAreSwitchedOff() throws Exception {
    ConditionSettings conditions =
        asked(
            TXT2IMG,
            "[{\"enabled\":false,\"module\":\"depth_midas\"},null,%s]"
                .formatted(unit("").substring(1).replaceFirst("]$", "")),
            "");

    assertThat(conditions.controls()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ip-adapter-auto", "ip-adapter_clip_h", "ip-adapter_clip_sdxl_plus_vith"})
  void isAnIpAdapter_byItsModule(String module) throws Exception {
    AdapterUse use =
        asked(
                TXT2IMG,
                "[{\"module\":\"%s\",\"model\":\"ip-adapter_sdxl [1]\",\"weight\":0.6,\"guidance_end\":0.5,\"image\":[{\"image\":%s},{\"image\":%s}]}]"
                    .formatted(module, image(), image())
                    .replace("[1]", "[12ab34cd]"),
                "")
            .adapters()
            .get(0);

    assertThat(use.network().name()).isEqualTo("ip-adapter_sdxl");
    assertThat(use.pictures()).hasSize(2);
    assertThat(use.scale()).isEqualTo(0.6);
    assertThat(use.span()).isEqualTo(new StepSpan(0, 0.5));
  }

  @Test
  void isToldTheOriginalAndItsMask_byModuleInpaint() throws Exception {
    String mask =
        ",\"init_images\":[%s],\"mask\":%s,\"inpainting_fill\":1".formatted(image(), image());
    String unit = "[{\"model\":\"inpaint\",\"module\":\"inpaint_only\"}]";

    ControlUse use = asked(IMG2IMG, unit, mask).controls().get(0);

    assertThat(use.isOfInpainting()).isTrue();
    assertThat(use.picture()).isNull();
    assertThat(refusal(TXT2IMG, unit, "")).contains("module inpaint follows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"module\":\"depth_midas\" | a depth map ready made",
        "\"module\":\"dw_openpose_full\" | a picture of the pose ready made",
        "\"module\":\"tile_resample\" | the picture itself ready made",
        "\"module\":\"reference_only\" | module reference_only is not done here; there are none, canny",
        "\"module\":\"ip-adapter_face_id_plus\" | ip-adapter_face_id_plus is not done here",
        "\"control_mode\":\"ControlNet is more important\" | ControlNet is more important",
        "\"control_mode\":2 | ControlNet is more important",
        "\"guessmode\":true | ControlNet is more important",
        "\"control_mode\":\"Guess\" | control_mode",
        "\"resize_mode\":\"Inner\" | resize_mode",
        "\"advanced_weighting\":[1,2] | a weight for each layer",
        "\"effective_region_mask\":\"AAAA\" | effective_region_mask",
        "\"loopback\":true | loopback",
        "\"input_mode\":\"batch\" | input_mode",
        "\"mask\":\"AAAA\" | mask is not supported",
        "\"union_control_type\":\"Sound\" | union_control_type",
        "\"weight\":5 | control weight 5",
        "\"guidance_start\":0.8,\"guidance_end\":0.2 | start 0.8 must be before end 0.2",
        "\"model\":\"None\" | has no model",
        "\"image\":\"https://example.org/a.png\" | does not fetch",
        "\"image\":null | has no picture",
      })
  void refuses_whatIsNotDoneHere(String fields, String words) throws Exception {
    assertThat(refusal(TXT2IMG, unit("," + fields), "")).contains(words);
  }

  @Test
  void refusesControlNetsThatAreAskedForTwice() throws Exception {
    String own =
        ",\"override_settings\":{\"demofusion_controlnets\":"
            + "\"[{\\\"name\\\":\\\"tile\\\",\\\"image\\\":\\\"phase\\\"}]\"}";

    assertThat(refusal(TXT2IMG, unit(""), own)).contains("asked for twice");
    assertThat(asked(TXT2IMG, "[]", own).controls()).hasSize(1);
  }

  @Test
  void saysThatEdgesAreFoundInThePictureItself() throws Exception {
    assertThat(notes(unit(",\"module\":\"canny\",\"processor_res\":512")).toString())
        .contains("not at processor_res");
    assertThat(notes(unit("")).toString()).isEqualTo("[]");
  }
}
