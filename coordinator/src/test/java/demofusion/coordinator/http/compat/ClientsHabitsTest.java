package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.request.JobRequest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of WebUI send that its own documents do not say, and what it means there. */
class ClientsHabitsTest {
  private static final String TXT2IMG = "/sdapi/v1/txt2img";
  private static final String IMG2IMG = "/sdapi/v1/img2img";

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  private static JobRequest asked(String path, String fields) throws Exception {
    fixture.ask(path, "{\"prompt\":\"a\"" + fields + "}");
    return fixture.nextRequestOfOne();
  }

  private static JobRequest asked(String fields) throws Exception {
    return asked(TXT2IMG, fields);
  }

  /** The answer's info to a request for one picture. */
  private static JsonNode info(String path, String fields) throws Exception {
    var answer = fixture.begin(path, "{\"prompt\":\"a\"" + fields + "}");
    fixture.draw();
    HttpResponse<String> response = answer.get();
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestApi.JSON.readTree(RenderFixture.json(response).get("info").asText());
  }

  private static String image() throws Exception {
    return Base64.getEncoder().encodeToString(RenderFixture.png(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",\"width\":832,\"height\":1216,\"enable_hr\":true,\"hr_scale\":1.4 | 1160x1696",
        ",\"width\":256,\"height\":384,\"enable_hr\":true,\"hr_resize_x\":384,\"hr_resize_y\":0"
            + " | 384x576",
        ",\"width\":256,\"height\":384,\"enable_hr\":true,\"hr_resize_y\":768 | 512x768",
        ",\"width\":512,\"height\":768,\"enable_hr\":true,\"hr_resize_x\":700,\"hr_resize_y\":700"
            + " | 696x704",
        ",\"enable_hr\":true | 1024x1024",
        ",\"width\":250,\"height\":\"250.0\" | 248x248",
        ",\"width\":256,\"height\":384,\"enable_hr\":false,\"hr_scale\":3 | 256x384",
        ",\"width\":256,\"height\":384,\"hr_resize_x\":384 | 256x384",
      })
  void drawsAsLargeAsWebUi(String fields, String size) throws Exception {
    assertThat(asked(fields).spec().size()).hasToString(size);
  }

  @Test
  void takesAnEmptyNegativePrompt_forNone() throws Exception {
    assertThat(asked(",\"seed\":1,\"negative_prompt\":\"\"").spec())
        .isEqualTo(asked(",\"seed\":1").spec());
    assertThat(asked(",\"negative_prompt\":\" \"").spec().prompts().negative()).isEqualTo(" ");
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "'\"3\"', 3", "1,", "0,", "null,"})
  void takesClipSkip_fromTheOptionThatWebUiHasForIt(String option, Integer taken) throws Exception {
    String fields = ",\"override_settings\":{\"CLIP_stop_at_last_layers\":" + option + "}";

    assertThat(asked(fields).spec().clipSkip()).isEqualTo(taken);
    assertThat(info(TXT2IMG, fields).get("demofusion_notes")).isEmpty();
  }

  @Test
  void prefersClipSkipByOurOwnName() throws Exception {
    JobRequest request =
        asked(
            ",\"override_settings\":{\"CLIP_stop_at_last_layers\":2,"
                + "\"demofusion_clipSkip\":4}");

    assertThat(request.spec().clipSkip()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "'\"7\"', 7",
    "7.0, 7",
    "6687881544318117707, 6687881544318117707",
    "'\"6687881544318117707\"', 6687881544318117707",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, 0",
    "18446744073709551615, 9223372036854775807",
    "'\"18446744073709551615\"', 9223372036854775807",
  })
  void takesEverySeed_thatTorchTakes(String seed, long drawn) throws Exception {
    assertThat(asked(",\"seed\":" + seed).spec().seed()).isEqualTo(drawn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "\"-1\"", "-5", "null", "\"\"", "\"None\""})
  void choosesASeed_whereNoneIsSaid(String seed) throws Exception {
    assertThat(asked(",\"seed\":" + seed).spec().seed()).isBetween(0L, (1L << 32) - 1);
  }

  @Test
  void saysSo_whereASeedIsNotDrawnAsItIs() throws Exception {
    JsonNode info = info(TXT2IMG, ",\"seed\":18446744073709551615");

    assertThat(info.at("/demofusion_notes/0").asText())
        .contains("18446744073709551615", "9223372036854775807");
  }

  @Test
  void countsOn_behindTheLastSeed() throws Exception {
    fixture.ask(TXT2IMG, "{\"prompt\":\"a\",\"seed\":9223372036854775807,\"n_iter\":2}");

    assertThat(fixture.nextRequest().spec().seed()).isEqualTo(Long.MAX_VALUE);
    assertThat(fixture.nextRequest().spec().seed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "18446744073709551616",
        "-18446744073709551616",
        "\"a\"",
        "1.5",
        "true",
        "1e30",
        "[]"
      })
  void refusesWhatIsNoSeed(String seed) throws Exception {
    HttpResponse<String> response =
        fixture.api.post(TXT2IMG, "{\"prompt\":\"a\",\"seed\":" + seed + "}");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"refiner_checkpoint\":\"None\",\"script_name\":\"None\",\"mask\":\"\"",
        ",\"styles\":[\"None\",\"None\"],\"firstphase_width\":512,\"enable_hr\":false",
        ",\"refiner_checkpoint\":\"none\",\"styles\":[],\"hr_upscaler\":\"None\"",
        ",\"refiner_checkpoint\":null,\"sampler_name\":\"None\",\"scheduler\":\"\"",
        ",\"sampler_name\":\"\",\"sampler_index\":\"none\",\"scheduler\":null",
        ",\"override_settings\":{\"sd_model_checkpoint\":\"None\",\"sd_vae\":\"Automatic\"}",
        ",\"override_settings\":[],\"alwayson_scripts\":[]",
        ",\"restore_faces\":\"False\",\"tiling\":0,\"enable_hr\":\"no\"",
      })
  void takesTheWordsForNothing_forNothing(String fields) throws Exception {
    JobRequest request = asked(fields);

    assertThat(request.spec().scheduler()).isNull();
    assertThat(request.model()).isNull();
    assertThat(info(TXT2IMG, fields).get("demofusion_notes")).isEmpty();
  }

  @Test
  void says_whatItIgnores() throws Exception {
    JsonNode info =
        info(
            TXT2IMG,
            ",\"styles\":[\"noir\"],\"clip_skip\":2,\"enable_hr\":true,\"hr_prompt\":\"b\","
                + "\"firstphase_width\":512,"
                + "\"override_settings\":{\"sd_vae\":\"x.pt\",\"samples_format\":\"jpg\"}");

    assertThat(info.get("demofusion_notes").toString())
        .contains(
            "styles has no effect",
            "clip_skip",
            "hr_prompt",
            "sd_vae",
            "firstphase_width",
            "samples_format");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"Refiner\":{\"args\":[]}}', 200",
    "'{\"refiner\":{\"args\":[{\"enabled\":false,\"module\":\"none\"}]}}', 200",
    "'{\"Refiner\":{\"args\":[{\"enabled\":true}]}}', 422",
    "'{\"ADetailer\":{\"args\":[true,false,{}]}}', 422",
  })
  void ignoresAScript_thatAsksNothing(String scripts, int status) throws Exception {
    String fields = ",\"alwayson_scripts\":" + scripts;
    if (status == 200) {
      assertThat(info(TXT2IMG, fields).at("/demofusion_notes/0").asText())
          .containsIgnoringCase("script Refiner is unknown here");
    } else {
      assertThat(fixture.api.post(TXT2IMG, "{\"prompt\":\"a\"" + fields + "}").statusCode())
          .isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({"infotext, Steps: 20", "refiner_checkpoint, other", "firstpass_image, Zm94"})
  void refuses_whatWouldBeAnotherPicture(String field, String value) throws Exception {
    HttpResponse<String> response =
        fixture.api.post(TXT2IMG, "{\"prompt\":\"a\",\"" + field + "\":\"" + value + "\"}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains(field + " is not supported");
  }

  @Test
  void takesTheLastOfTwoValues() throws Exception {
    assertThat(asked(",\"seed\":1,\"steps\":3,\"seed\":2").spec().seed()).isEqualTo(2);
  }

  @Test
  void takesANumber_forAText() throws Exception {
    fixture.ask(TXT2IMG, "{\"prompt\":5}");

    assertThat(fixture.nextRequestOfOne().spec().prompts().prompt()).isEqualTo("5");
  }

  @Test
  void goesOneStep_whereTheStrengthIsNone() throws Exception {
    String fields = ",\"denoising_strength\":0,\"init_images\":[\"" + image() + "\"]";

    JobRequest request = asked(IMG2IMG, fields);
    JsonNode info = info(IMG2IMG, fields);

    assertThat((int) (1000 * Objects.requireNonNull(request.strength()))).isEqualTo(1);
    assertThat(info.at("/demofusion_notes/0").asText()).contains("denoising_strength 0");
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 400", "1.5, 400", "'\"much\"', 422"})
  void refusesAStrength_thatIsNone(String strength, int status) throws Exception {
    HttpResponse<String> response =
        fixture.api.post(
            IMG2IMG,
            "{\"denoising_strength\":" + strength + ",\"init_images\":[\"" + image() + "\"]}");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"0, 14x7", "1, 5x7", "2, 14x7", "3, 14x7"})
  void bringsAPictureToTheSize_asTheResizeModeSays(int mode, String size) throws Exception {
    JobRequest request =
        asked(
            IMG2IMG,
            ",\"width\":512,\"height\":256,\"resize_mode\":"
                + mode
                + ",\"init_images\":[\""
                + image()
                + "\"]");

    var picture = ImageIO.read(new ByteArrayInputStream(Objects.requireNonNull(request.picture())));
    assertThat(picture.getWidth() + "x" + picture.getHeight()).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/a.png, does not fetch",
    "Zm9=v, not valid base64",
    "'data:image/png,abc', without ;base64"
  })
  void saysWhatIsWrong_withAPicture(String image, String words) throws Exception {
    HttpResponse<String> drawn = fixture.api.post(IMG2IMG, "{\"init_images\":[\"" + image + "\"]}");
    HttpResponse<String> read =
        fixture.api.post("/sdapi/v1/png-info", "{\"image\":\"" + image + "\"}");

    assertThat(drawn.statusCode()).isEqualTo(422);
    assertThat(drawn.body()).contains("Invalid encoded image", words);
    assertThat(read.statusCode()).isEqualTo(400);
    assertThat(read.body()).contains("Invalid encoded image", words);
  }

  @Test
  void readsABodyOfNoType_asJson() throws Exception {
    HttpRequest.Builder request =
        fixture
            .api
            .to("/sdapi/v1/options")
            .POST(BodyPublishers.ofString("{\"sd_model_checkpoint\":\"sdxl\"}"));

    assertThat(fixture.api.send(request).statusCode()).isEqualTo(200);
    assertThat(fixture.api.send(request.copy().header("Content-Type", "text/plain")).statusCode())
        .isEqualTo(415);
    // So a page of another site could ask without its browser asking first.
    assertThat(
            fixture.api.send(request.copy().header("Origin", "https://evil.example")).statusCode())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "/sdapi/v1/samplers/, 200",
    "/sdapi/v1/options/, 200",
    "/v1/models/, 200",
    "/sdapi/v1//samplers, 404",
    "/sdapi/v1/samplers//, 404",
  })
  void forgivesASlashAtTheEnd(String path, int status) throws Exception {
    assertThat(fixture.api.get(path).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sd-vae",
        "sd-modules",
        "hypernetworks",
        "face-restorers",
        "realesrgan-models",
        "prompt-styles",
        "latent-upscale-modes",
        "extensions"
      })
  void listsNothing_whereThereIsNothing(String name) throws Exception {
    assertThat(fixture.api.get("/sdapi/v1/" + name).body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "\"sampler_name\":\"Euler\",\"scheduler\":\"Karras\" | euler-karras",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"exponential\" | euler-exponential",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"SGM Uniform\" | euler-sgm-uniform",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"sgm_uniform\" | euler-sgm-uniform",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"SGMUniform\" | euler-sgm-uniform",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"Simple\" | euler-simple",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"Uniform\" | euler-normal",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"ddim_uniform\" | euler-ddim-uniform",
        "\"sampler_name\":\"Euler\",\"scheduler\":\"Align Your Steps\" | euler-ays",
        "\"sampler_name\":\"Euler a\",\"scheduler\":\"normal\" | euler-ancestral-normal",
        "\"sampler_name\":\"Euler a\",\"scheduler\":\"Automatic\" | euler-ancestral",
        "\"sampler_name\":\"k_euler_a\" | euler-ancestral",
        "\"sampler_name\":\"DPM++ 2M\",\"scheduler\":\"SGM Uniform\" | dpmpp-2m-sgm-uniform",
        "\"sampler_name\":\"DPM++ 2M\",\"scheduler\":\"Automatic\" | dpmpp-2m-karras",
        "\"sampler_name\":\"DPM++ 2M\",\"scheduler\":\"automatic\" | dpmpp-2m-karras",
        "\"sampler_name\":\"DPM++ 2M\" | dpmpp-2m-karras",
        "\"sampler_name\":\"dpmpp-2m\" | dpmpp-2m",
        "\"sampler_name\":\"DPM++ 2M Karras\" | dpmpp-2m-karras",
        "\"sampler_name\":\"DPM++ 2M Karras\",\"scheduler\":\"Automatic\" | dpmpp-2m-karras",
        "\"sampler_name\":\"DPM++ 2M SDE\" | dpmpp-2m-sde-exponential",
        "\"sampler_name\":\"DPM++ 2M SDE Karras\" | dpmpp-2m-sde-karras",
        "\"sampler_name\":\"DDIM\",\"scheduler\":\"Automatic\" | ddim",
        "\"sampler_name\":\"UniPC\" | unipc",
        "\"scheduler\":\"Automatic\" | null",
        "\"sampler_name\":\"None\",\"scheduler\":\"None\" | null",
      })
  void drawsWithTheSampler_thatWebUiMeans(String fields, String scheduler) throws Exception {
    assertThat(String.valueOf(asked("," + fields).spec().scheduler()))
        .isEqualTo(String.valueOf(scheduler));
    assertThat(info(TXT2IMG, "," + fields).get("demofusion_notes")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "\"sampler_name\":\"Euler\",\"scheduler\":\"KL Optimal\" | euler | KL Optimal",
        "\"sampler_name\":\"DPM++ 2M\",\"scheduler\":\"turbo\" | dpmpp-2m-karras | turbo",
        "\"sampler_name\":\"DDIM\",\"scheduler\":\"normal\" | ddim | Normal",
        "\"sampler_name\":\"LCM\",\"scheduler\":\"Karras\" | lcm | Karras",
        "\"scheduler\":\"turbo\" | null | turbo",
        "\"scheduler\":\"karras\" | euler-karras | Euler",
      })
  void saysSo_whereAScheduler_leavesTheChoiceToTheSampler(
      String fields, String scheduler, String words) throws Exception {
    assertThat(String.valueOf(asked("," + fields).spec().scheduler()))
        .isEqualTo(String.valueOf(scheduler));
    assertThat(info(TXT2IMG, "," + fields).at("/demofusion_notes/0").asText()).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"sampler_name\":\"DDIM\",\"eta\":0.5 | eta ",
        "\"sampler_name\":\"Euler a\",\"eta\":0.2 | eta ",
        "\"sampler_name\":\"DDIM\",\"override_settings\":{\"eta_ddim\":1} | eta_ddim",
        "\"sampler_name\":\"Euler a\",\"override_settings\":{\"eta_ancestral\":0.5} |"
            + " eta_ancestral",
        "\"s_noise\":1.2 | s_noise",
        "\"s_min_uncond\":1 | s_min_uncond",
        "\"override_settings\":{\"sigma_max\":10} | sigma_max",
        "\"override_settings\":{\"k_sched_type\":\"karras\"} | k_sched_type",
        "\"override_settings\":{\"eta_noise_seed_delta\":31337} | eta_noise_seed_delta",
        "\"prompt\":\"a <lora:fur:0.8> cat\","
            + "\"override_settings\":{\"demofusion_prompt_syntax\":\"plain\"}"
            + " | prompt: LoRA fur (0.8)",
        "\"negative_prompt\":\"(blurry:1.3)\","
            + "\"override_settings\":{\"demofusion_prompt_syntax\":\"plain\"}"
            + " | negative_prompt: the meaning of (blurry:1.3)",
      })
  void saysSo_whereAFieldWouldChangeThePicture(String fields, String words) throws Exception {
    assertThat(info(TXT2IMG, "," + fields).at("/demofusion_notes/0").asText()).contains(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"sampler_name\":\"Euler a\",\"eta\":1.0,\"s_noise\":1,\"s_churn\":0",
        "\"sampler_name\":\"Euler\",\"eta\":0.7",
        "\"sampler_name\":\"DDIM\",\"eta\":0",
        "\"prompt\":\"a [cat:dog:0.5]\",\"negative_prompt\":\"(blurry:1.3)\"",
        "\"override_settings\":{\"s_noise\":1.0,\"emphasis\":\"Original\",\"sigma_min\":0}"
      })
  void saysNothing_ofWhatChangesNothing(String fields) throws Exception {
    assertThat(info(TXT2IMG, "," + fields).get("demofusion_notes")).isEmpty();
  }

  @Test
  void listsSchedulers_thatItTakes() throws Exception {
    JsonNode schedulers = RenderFixture.json(fixture.api.get("/sdapi/v1/schedulers"));

    assertThat(schedulers.findValuesAsText("name"))
        .contains(
            "automatic",
            "uniform",
            "karras",
            "exponential",
            "sgm_uniform",
            "simple",
            "normal",
            "ddim",
            "beta",
            "align_your_steps");
    assertThat(schedulers.findValuesAsText("label"))
        .contains("Automatic", "Karras", "SGM Uniform", "Align Your Steps");
    for (JsonNode scheduler : schedulers) {
      String drawn = "";
      for (JsonNode name : List.of(scheduler.get("name"), scheduler.get("label"))) {
        String kind =
            String.valueOf(
                asked(",\"sampler_name\":\"Euler\",\"scheduler\":" + name).spec().scheduler());
        assertThat(drawn.isEmpty() ? kind : drawn).as(name.asText()).isEqualTo(kind);
        drawn = kind;
      }
      assertThat(drawn.equals("euler"))
          .isEqualTo(scheduler.get("name").asText().equals("automatic"));
    }
  }

  @Test
  void listsSamplers_byNamesAndAliases_thatMeanTheSame() throws Exception {
    for (JsonNode sampler : RenderFixture.json(fixture.api.get("/sdapi/v1/samplers"))) {
      String kind =
          String.valueOf(asked(",\"sampler_name\":" + sampler.get("name")).spec().scheduler());
      for (JsonNode alias : sampler.get("aliases")) {
        assertThat(asked(",\"sampler_name\":" + alias).spec().scheduler())
            .as(alias.asText())
            .hasToString(kind);
      }
    }
  }

  @Test
  void drawsWhatSillyTavernSends() throws Exception {
    JobRequest request =
        asked(
            ",\"url\":\"http://localhost:7860\",\"auth\":\"\",\"negative_prompt\":\"lowres\","
                + "\"sampler_name\":\"DDIM\",\"scheduler\":\"normal\",\"steps\":20,\"cfg_scale\":7,"
                + "\"width\":512,\"height\":512,\"restore_faces\":false,\"enable_hr\":false,"
                + "\"hr_upscaler\":\"Latent\",\"hr_scale\":2,\"denoising_strength\":0.7,"
                + "\"hr_second_pass_steps\":0,\"override_settings\":"
                + "{\"CLIP_stop_at_last_layers\":1},\"override_settings_restore_afterwards\":true,"
                + "\"clip_skip\":1,\"save_images\":true,\"send_images\":true,"
                + "\"do_not_save_grid\":false,\"do_not_save_samples\":false");

    assertThat(request.spec().size()).hasToString("512x512");
    assertThat(request.spec().scheduler()).hasToString("ddim");
  }
}
