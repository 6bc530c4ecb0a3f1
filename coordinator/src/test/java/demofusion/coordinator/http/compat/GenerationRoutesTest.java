package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.body.ErrorResponses;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.model.SchedulerKind;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class GenerationRoutesTest {
  private static final String TXT2IMG = "/sdapi/v1/txt2img";

  /** What WebUI 1.10 has in its info, and clients that check it insist on. */
  private static final String WEBUIS_INFO =
      "prompt all_prompts negative_prompt all_negative_prompts seed all_seeds subseed all_subseeds"
          + " subseed_strength width height sampler_name cfg_scale steps batch_size restore_faces"
          + " face_restoration_model sd_model_name sd_model_hash sd_vae_name sd_vae_hash"
          + " seed_resize_from_w seed_resize_from_h denoising_strength extra_generation_params"
          + " index_of_first_image infotexts styles job_timestamp clip_skip"
          + " is_using_inpainting_conditioning version";

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  @Test
  void answersWithThePicture_andHowItWasMade() throws Exception {
    var answer = fixture.begin(TXT2IMG, "{\"prompt\":\"a fox\",\"seed\":42,\"n_iter\":1}");
    fixture.draw();

    HttpResponse<String> response = answer.get();
    JsonNode json = RenderFixture.json(response);
    JsonNode info = TestApi.JSON.readTree(json.get("info").asText());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(Base64.getDecoder().decode(json.at("/images/0").asText()))
        .isEqualTo(RenderFixture.png(RenderFixture.INFO));
    assertThat(json.at("/parameters/prompt").asText()).isEqualTo("a fox");
    assertThat(json.at("/parameters/cfg_scale").asDouble()).isEqualTo(7);
    assertThat(info.at("/all_seeds/0").asLong()).isEqualTo(42);
    assertThat(info.at("/infotexts/0").asText()).isEqualTo(RenderFixture.INFO);
    assertThat(info.get("sampler_name").asText()).isEqualTo("Euler a");
    assertThat(info.get("negative_prompt").asText()).isEqualTo("a hound");
    assertThat(info.fieldNames())
        .toIterable()
        .contains(WEBUIS_INFO.split(" "))
        .contains("demofusion_jobs", "demofusion_notes");
  }

  @Test
  void asksForWhatTheRequestSays() throws Exception {
    fixture.ask(
        TXT2IMG,
        """
        {"prompt": "a fox", "negative_prompt": "a hound", "seed": "7", "steps": 20.0,
         "cfg_scale": 5.5, "width": 2048, "height": 1536, "sampler_name": "DPM++ 2M",
         "scheduler": "karras", "eta": 1.0, "styles": [], "script_name": null,
         "override_settings": {"sd_model_checkpoint": "sdxl [0123456789]", "sd_vae": "x"}}
        """);

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.spec().prompts().prompt()).isEqualTo("a fox");
    assertThat(request.spec().prompts().negative()).isEqualTo("a hound");
    assertThat(request.spec().seed()).isEqualTo(7);
    assertThat(request.spec().steps()).isEqualTo(20);
    assertThat(request.spec().guidance().scale()).isEqualTo(5.5f);
    assertThat(request.spec().size()).hasToString("2048x1536");
    assertThat(request.spec().scheduler()).isEqualTo(SchedulerKind.DPMPP_2M_KARRAS);
    assertThat(request.model()).isEqualTo("sdxl");
    assertThat(request.previews()).isTrue();
  }

  @Test
  void takesTheSecondPassesSize_asTheSize() throws Exception {
    fixture.ask(
        TXT2IMG,
        "{\"prompt\":\"a\",\"width\":1024,\"height\":768,\"enable_hr\":true,\"hr_scale\":2}");

    assertThat(fixture.nextRequestOfOne().spec().size()).hasToString("2048x1536");
  }

  @Test
  void takesWhatWebUiTakes_whereLittleIsSaid() throws Exception {
    fixture.ask(
        TXT2IMG,
        "{\"prompt\":\"a\",\"width\":1024,\"sampler_name\":\"\",\"sampler_index\":\"Euler a\"}");

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.spec().size()).hasToString("1024x512");
    assertThat(request.spec().scheduler()).isEqualTo(SchedulerKind.EULER_ANCESTRAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"alwayson_scripts\":{\"demofusion\":{\"args\":[{\"stride\":16,\"cosine_scale_1\":2.5,"
            + "\"method\":\"multidiffusion\",\"viewBatch\":4,\"jitter\":false}]}}",
        "\"alwayson_scripts\":{\"DemoFusion\":{\"args\":{\"stride\":16,\"cosineScale1\":2.5,"
            + "\"method\":\"multidiffusion\",\"view_batch\":\"4\",\"jitter\":false}}}",
        "\"alwayson_scripts\":{\"demofusion\":{\"args\":[16,4,null,2.5,null,null,"
            + "\"multidiffusion\",null,null,null,null,false]}}",
        "\"override_settings\":{\"demofusion_stride\":16,\"demofusion_cosine_scale_1\":2.5,"
            + "\"demofusion_method\":\"multidiffusion\",\"demofusion_view_batch\":4,"
            + "\"demofusion_jitter\":false}"
      })
  void takesDemofusionsSettings(String settings) throws Exception {
    fixture.ask(TXT2IMG, "{\"prompt\":\"a fox\"," + settings + "}");

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.spec().stride()).isEqualTo(16);
    assertThat(request.spec().fusion().cosineScale1()).isEqualTo(2.5);
    assertThat(request.spec().fusion().cosineScale2()).isEqualTo(1);
    assertThat(request.spec().method()).isEqualTo(RenderMethod.MULTIDIFFUSION);
    assertThat(request.spec().unit()).hasToString("4");
    assertThat(request.spec().ablations().jitter()).isFalse();
    assertThat(request.spec().ablations().dilated()).isTrue();
  }

  @Test
  void makesSeveralPictures_ofSeedsInARow() throws Exception {
    var answer =
        fixture.begin(TXT2IMG, "{\"prompt\":\"a\",\"seed\":5,\"n_iter\":3,\"send_images\":true}");
    for (long seed = 5; seed < 8; seed++) {
      assertThat(fixture.nextRequest().spec().seed()).isEqualTo(seed);
    }
    for (int n = 0; n < 3; n++) {
      fixture.draw();
    }

    assertThat(RenderFixture.json(answer.get()).get("images")).hasSize(3);
  }

  @Test
  void startsFromAPicture() throws Exception {
    byte[] png = RenderFixture.png("");
    String image = "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    fixture.ask(
        "/sdapi/v1/img2img",
        "{\"prompt\":\"a\",\"denoising_strength\":0.4,\"init_images\":[\"" + image + "\"]}");

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.picture()).isEqualTo(png);
    assertThat(request.strength()).isEqualTo(0.4);
  }

  @Test
  void saysEveryField_thatIsOfTheWrongKind() throws Exception {
    HttpResponse<String> response =
        fixture.api.post(TXT2IMG, "{\"prompt\":\"a\",\"steps\":\"many\",\"width\":[],\"seed\":{}}");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(RenderFixture.json(response).get("detail").findValuesAsText("type"))
        .containsExactly("type_error.integer", "type_error.integer", "type_error.integer");
    assertThat(RenderFixture.json(response).at("/detail/0/loc").toString())
        .isEqualTo("[\"body\",\"steps\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\":\"a\",\"sampler_name\":\"Restart\"} | 400 | must be one of DDIM, Euler, Euler a",
        "{\"prompt\":\"a\",\"tiling\":true} | 400 | tiling is not supported",
        "{\"prompt\":\"a\",\"script_name\":\"x/y\"} | 400 | script_name is not supported",
        "{\"prompt\":\"a\",\"batch_size\":8,\"n_iter\":8} | 400 | 64 images",
        "{\"prompt\":\"a\",\"n_iter\":1000} | 422 | between 1 and 16",
        "{\"prompt\":\"a\",\"alwayson_scripts\":{\"ADetailer\":{\"args\":[true]}}} | 422 | unknown script",
        "{\"prompt\":\"a\",\"override_settings\":{\"demofusion_x\":1}} | 400 | it has stride",
        "{\"prompt\":\"a\",\"override_settings\":{\"demofusion_stride\":\"x\"}} | 400 | stride",
        "{\"prompt\":\"a\",\"override_settings\":{\"demofusion_sigma\":-1}} | 400 | sigma -1.0",
        "{\"prompt\":1e999} | 422 | str type expected",
        "[] | 422 | valid dict",
        "null | 422 | valid dict",
        "{\"prompt\":\"a\" | 400 | not valid JSON",
      })
  void refuses_inItsOwnWords(String body, int status, String words) throws Exception {
    HttpResponse<String> response = fixture.api.post(TXT2IMG, body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body())
        .contains(words)
        .contains("\"detail\"")
        .doesNotContain("StreamReadFeature");
    if (status != 422) {
      assertThat(RenderFixture.json(response).fieldNames())
          .toIterable()
          .containsExactly("error", "detail", "body", "errors");
    }
  }

  @Test
  void writesNoAccidentIntoTheLog_whenARequestIsWrong() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(ErrorResponses.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      assertThat(fixture.api.post(TXT2IMG, "{\"steps\":\"many\"}").statusCode()).isEqualTo(422);
      assertThat(fixture.api.post(TXT2IMG, "{").statusCode()).isBetween(400, 422);
    } finally {
      logger.detachAppender(log);
    }

    assertThat(log.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
  }

  @Test
  void refusesAPictureToStartFrom_thatIsNone() throws Exception {
    String path = "/sdapi/v1/img2img";

    assertThat(fixture.api.post(path, "{\"prompt\":\"a\"}").statusCode()).isEqualTo(422);
    assertThat(fixture.api.post(path, "{\"prompt\":\"a\",\"init_images\":[\"Zm94\"]}").body())
        .contains("is not a readable image; it must be a PNG, JPEG, WebP, TIFF, GIF or BMP");
  }

  @Test
  void saysWhyTheFarmWillNot() throws Exception {
    fixture.api.jobs.refuse(FailureCode.TOO_MUCH, "there are 1000 unfinished jobs");

    HttpResponse<String> response = fixture.api.post(TXT2IMG, "{\"prompt\":\"a\"}");

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(RenderFixture.json(response).get("errors").asText()).contains("1000 unfinished");
  }

  @Test
  void saysThatTheBudgetIsUsedUp_andNotToAskAgainSoon() throws Exception {
    fixture.api.jobs.refuse(FailureCode.OVER_BUDGET, "ann's budget has no room for this job");

    HttpResponse<String> response = fixture.api.post(TXT2IMG, "{\"prompt\":\"a\"}");

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After")).isEmpty();
    assertThat(RenderFixture.json(response).get("errors").asText()).contains("no room");
  }

  @Test
  void saysSo_whenAPictureFails_andLetsTheOthersGo() throws Exception {
    var answer = fixture.begin(TXT2IMG, "{\"prompt\":\"a\",\"n_iter\":2}");
    fixture.end(JobState.FAILED);

    assertThat(answer.get().statusCode()).isEqualTo(500);
    assertThat(fixture.api.jobs.nextHeard(Jobs.Cancel.class)).isNotNull();
  }

  @Test
  void keepsSendingSomething_untilThePictureIsThere() throws Exception {
    HttpResponse<InputStream> response =
        fixture.api.send(
            fixture.api.posting(TXT2IMG, "{\"prompt\":\"a fox\"}"), BodyHandlers.ofInputStream());

    // The answer has begun, long before there is a picture.
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body().read()).isEqualTo(' ');
    assertThat(response.body().read()).isEqualTo(' ');
    fixture.draw();

    String rest = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(TestApi.JSON.readTree(rest).get("images")).hasSize(1);
  }

  @Test
  void saysSoInWords_whenAPictureFailsLate() throws Exception {
    HttpResponse<InputStream> response =
        fixture.api.send(
            fixture.api.posting(TXT2IMG, "{\"prompt\":\"a fox\"}"), BodyHandlers.ofInputStream());
    fixture.end(JobState.FAILED);

    String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(TestApi.JSON.readTree(body).get("detail").asText()).contains("failed");
  }

  @Test
  void tellsHowFarItIs_andStops() throws Exception {
    var answer = fixture.begin(TXT2IMG, "{\"prompt\":\"a fox\"}");
    String id = fixture.api.jobs.nextHeard(Jobs.Watch.class).job().value();
    var watcher = fixture.api.jobs.next(fixture.api.jobs.watchers);
    var running = FakeJobs.fullJob(id, "local");
    fixture.api.jobs.jobs.put(id, running);
    Files.createDirectories(fixture.api.jobs.folderOf(id));
    Files.write(
        fixture.api.jobs.folderOf(id).resolve("phase-2.png"),
        RenderFixture.png(RenderFixture.INFO));

    JsonNode progress = RenderFixture.json(fixture.api.get("/sdapi/v1/progress"));
    JsonNode without =
        RenderFixture.json(fixture.api.get("/sdapi/v1/progress?skip_current_image=true"));
    fixture.api.post("/sdapi/v1/interrupt", "");
    Jobs.Cancel cancel = fixture.api.jobs.nextHeard(Jobs.Cancel.class);
    watcher.tell(
        new JobEvent(JobEvent.Kind.STATE, FakeJobs.in(running, JobState.CANCELLED), null, null));

    assertThat(progress.get("progress").asDouble()).isEqualTo(0.25);
    assertThat(progress.at("/state/job").asText()).isEqualTo(id);
    assertThat(progress.at("/demofusion_jobs/0").asText()).isEqualTo(id);
    assertThat(progress.at("/state/sampling_step").asInt()).isEqualTo(67);
    assertThat(progress.at("/state/sampling_steps").asInt()).isEqualTo(200);
    assertThat(progress.get("eta_relative").asDouble()).isEqualTo(600.25);
    assertThat(Base64.getDecoder().decode(progress.get("current_image").asText()))
        .isEqualTo(RenderFixture.png(RenderFixture.INFO));
    assertThat(without.get("current_image").isNull()).isTrue();
    assertThat(cancel.job().value()).isEqualTo(id);
    assertThat(RenderFixture.json(answer.get()).get("images")).hasSize(1);
    assertThat(
            RenderFixture.json(fixture.api.get("/sdapi/v1/progress"))
                .at("/state/job_count")
                .asInt())
        .isZero();
  }
}
