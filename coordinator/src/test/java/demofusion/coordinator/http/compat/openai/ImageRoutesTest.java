package demofusion.coordinator.http.compat.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.compat.RenderFixture;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureText;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.file.PictureFormat;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRoutesTest {
  private static final String GENERATIONS = "/v1/images/generations";

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  @Test
  void answersWithPictures_asBase64() throws Exception {
    var answer =
        fixture.begin(
            GENERATIONS, "{\"prompt\":\"a fox\",\"n\":2,\"response_format\":\"b64_json\"}");
    fixture.draw();
    fixture.draw();

    JsonNode json = RenderFixture.json(answer.get());
    assertThat(json.get("created").asLong()).isPositive();
    assertThat(json.get("data")).hasSize(2);
    assertThat(Base64.getDecoder().decode(json.at("/data/1/b64_json").asText()))
        .isEqualTo(RenderFixture.png(RenderFixture.INFO));
  }

  @Test
  void answersWithAddresses_thatTheSameCallerCanRead() throws Exception {
    var answer = fixture.begin(GENERATIONS, "{\"prompt\":\"a fox\",\"model\":\"dall-e-3\"}");
    assertThat(fixture.nextRequest().model()).isNull();
    fixture.draw();

    String url = RenderFixture.json(answer.get()).at("/data/0/url").asText();
    assertThat(url).startsWith(fixture.api.server.url());
    assertThat(fixture.api.get(url.substring(fixture.api.server.url().length())).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"size\":\"auto\"",
        "\"size\":\"\"",
        "\"size\":null",
        "\"background\":\"opaque\",\"quality\":\"\",\"style\":\"\",\"response_format\":\"\"",
        "\"output_format\":\"\",\"output_compression\":null,\"moderation\":\"low\"",
        "\"output_compression\":100,\"quality\":\"auto\",\"partial_images\":0,\"stream\":false",
        "\"safety_identifier\":\"u\",\"quality\":\"standard\",\"style\":\"natural\"",
      })
  void takesWhatClientsSend_whoSayNothing(String fields) throws Exception {
    fixture.ask(GENERATIONS, "{\"prompt\":\"a fox\"," + fields + "}");

    assertThat(fixture.nextRequestOfOne().spec().size()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"jpeg, image/jpeg, jpg", "webp, image/webp, webp", "png, image/png, png"})
  void writesTheFormatThatIsAskedFor(String format, String type, String suffix) throws Exception {
    String compression = format.equals("png") ? "" : ",\"output_compression\":60";
    var answer =
        fixture.begin(
            GENERATIONS,
            "{\"prompt\":\"a fox\",\"output_format\":\"" + format + "\"" + compression + "}");
    fixture.draw();

    JsonNode json = RenderFixture.json(answer.get());
    String url = json.at("/data/0/url").asText();
    HttpResponse<byte[]> picture =
        fixture.api.send(
            fixture.api.to(url.substring(fixture.api.server.url().length())),
            BodyHandlers.ofByteArray());
    assertThat(json.get("output_format").asText()).isEqualTo(format);
    assertThat(json.get("usage").get("total_tokens").asInt()).isZero();
    assertThat(url).contains("." + suffix + "?");
    assertThat(picture.headers().firstValue("Content-Type")).hasValue(type);
    assertThat(PictureFormat.of(picture.body()))
        .hasToString("Optional[" + format.toUpperCase(Locale.ROOT) + "]");
    assertThat(PictureText.read(picture.body(), "the answer").get(GenerationParameters.KEYWORD))
        .isEqualTo(RenderFixture.INFO);
  }

  @Test
  void answersWithBytes_whoNamesAModelThatOpenAiAnswersSo() throws Exception {
    var answer = fixture.begin(GENERATIONS, "{\"prompt\":\"a fox\",\"model\":\"gpt-image-1\"}");
    assertThat(fixture.nextRequest().model()).isNull();
    fixture.draw();

    JsonNode first = RenderFixture.json(answer.get()).at("/data/0");
    assertThat(Base64.getDecoder().decode(first.path("b64_json").asText()))
        .isEqualTo(RenderFixture.png(RenderFixture.INFO));
    assertThat(first.has("url")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"stride\":16,\"seed\":7,\"steps\":20,\"negative_prompt\":\"hound\",\"jitter\":false",
        "\"demofusion\":{\"stride\":16,\"seed\":7,\"steps\":20,\"negativePrompt\":\"hound\","
            + "\"jitter\":false}"
      })
  void takesWhatAPictureHasBesides(String settings) throws Exception {
    fixture.ask(
        GENERATIONS,
        "{\"prompt\":\"a fox\",\"size\":\"2048x1536\",\"quality\":\"hd\",\"user\":\"u\","
            + settings
            + "}");

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.spec().size()).hasToString("2048x1536");
    assertThat(request.spec().stride()).isEqualTo(16);
    assertThat(request.spec().seed()).isEqualTo(7);
    assertThat(request.spec().steps()).isEqualTo(20);
    assertThat(request.spec().prompts().negative()).isEqualTo("hound");
    assertThat(request.spec().ablations().jitter()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | prompt | field required",
        "{\"prompt\":\"a\",\"size\":\"large\"} | size | WIDTHxHEIGHT",
        "{\"prompt\":\"a\",\"n\":11} | n | between 1 and 10",
        "{\"prompt\":\"a\",\"n\":\"two\"} | n | integer",
        "{\"prompt\":\"a\",\"response_format\":\"gif\"} | response_format | url or b64_json",
        "{\"prompt\":\"a\",\"stream\":\"soon\"} | stream | boolean",
        "{\"prompt\":\"a\",\"stream\":true,\"partial_images\":4} | partial_images | between 0 and"
            + " 3",
        "{\"prompt\":\"a\",\"output_format\":\"gif\"} | output_format | png or jpeg or webp",
        "{\"prompt\":\"a\",\"output_format\":5} | output_format | str",
        "{\"prompt\":\"a\",\"output_compression\":50} | output_compression | needs output_format",
        "{\"prompt\":\"a\",\"output_format\":\"webp\",\"output_compression\":101} |"
            + " output_compression | between 0 and 100",
        "{\"prompt\":\"a\",\"background\":\"transparent\"} | background | opaque here",
        "{\"prompt\":\"a\",\"background\":\"blue\"} | background | auto or opaque",
        "{\"prompt\":\"a\",\"quality\":\"best\"} | quality | low or medium",
        "{\"prompt\":\"a\",\"style\":\"wild\"} | style | vivid or natural",
        "{\"prompt\":\"a\",\"moderation\":\"none\"} | moderation | auto or low",
        "{\"prompt\":\"a\",\"output_format\":\"jpeg\",\"size\":\"65544x64\"} | null | 65535",
        "{\"prompt\":\"a\",\"output_format\":\"webp\",\"size\":\"64x16384\"} | null | 16383",
        "{\"prompt\":\"a\",\"demofusion\":[]} | demofusion | dict",
        "{\"prompt\":\"a\",\"demofusion\":{\"colour\":1}} | null | it has stride",
        "{\"prompt\":\"a\",\"steps\":\"x\"} | null | steps",
        "{\"prompt\":\"a\",\"steps\":-1} | null | steps -1",
        "[1] | null | one JSON object",
      })
  void refuses_inItsOwnWords(String body, String field, String words) throws Exception {
    HttpResponse<String> response = fixture.api.post(GENERATIONS, body);

    JsonNode error = RenderFixture.json(response).get("error");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(error.get("message").asText()).contains(words);
    assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.get("param").asText()).isEqualTo(field);
  }

  @Test
  void saysThatSendingItAgainIsNoUse_whenAPictureFailed() throws Exception {
    var answer = fixture.begin(GENERATIONS, "{\"prompt\":\"a fox\"}");
    fixture.end(JobState.FAILED);

    assertThat(answer.get().statusCode()).isEqualTo(500);
    assertThat(answer.get().headers().firstValue("x-should-retry")).hasValue("false");
    assertThat(RenderFixture.json(answer.get()).at("/error/type").asText())
        .isEqualTo("server_error");
  }

  @Test
  void callsABadRequestOne_alsoWhereTheFarmFoundIt() throws Exception {
    fixture.api.jobs.refuse(FailureCode.BAD_REQUEST, "no worker has or had the model \"gone\"");

    HttpResponse<String> response =
        fixture.api.post(GENERATIONS, "{\"prompt\":\"a fox\",\"model\":\"gone\"}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(RenderFixture.json(response).at("/error/message").asText()).contains("gone");
  }

  @Test
  void saysThatAnotherTimeMayDo_whenTheFarmIsFull() throws Exception {
    fixture.api.jobs.refuse(FailureCode.TOO_MUCH, "there are 1000 unfinished jobs");

    HttpResponse<String> response = fixture.api.post(GENERATIONS, "{\"prompt\":\"a fox\"}");

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(RenderFixture.json(response).at("/error/code").asText())
        .isEqualTo("rate_limit_exceeded");
  }

  @Test
  void saysThatTheQuotaIsUsedUp_andThatAskingAgainIsInVain() throws Exception {
    fixture.api.jobs.refuse(FailureCode.OVER_BUDGET, "ann's budget has no room for this job");

    HttpResponse<String> response = fixture.api.post(GENERATIONS, "{\"prompt\":\"a fox\"}");

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After")).isEmpty();
    assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
    assertThat(RenderFixture.json(response).at("/error/code").asText())
        .isEqualTo("insufficient_quota");
    assertThat(RenderFixture.json(response).at("/error/message").asText())
        .isEqualTo("ann's budget has no room for this job");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/images/generations, 405",
    "PUT, /v1/models, 405",
    "POST, /v1/images/upscales, 404",
    "GET, /v1/images, 404",
    "GET, /v1/images/, 404",
    "GET, /v1/models/a/b, 404",
    "GET, /v1/models//, 404",
    "POST, /v1/images/generations, 415",
  })
  void refusesInOpenAisForm_whateverIsAskedOnItsPaths(String method, String path, int status)
      throws Exception {
    HttpResponse<String> response =
        fixture.api.send(
            fixture
                .api
                .to(path)
                .header("Content-Type", "text/plain")
                .method(method, BodyPublishers.ofString(method.equals("GET") ? "" : "x")));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = RenderFixture.json(response).get("error");
    assertThat(error.get("message").asText()).isNotBlank();
    assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.has("param") && error.has("code")).isTrue();
    assertThat(response.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
  }

  @Test
  void refusesInOpenAisForm_aBodyThatIsTooLarge() throws Exception {
    HttpResponse<String> response =
        fixture.api.post(GENERATIONS, "{\"prompt\":\"" + "x".repeat(2 << 20) + "\"}");

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(RenderFixture.json(response).at("/error/message").asText()).contains("at most");
  }

  @Test
  void listsTheWorkersModels() throws Exception {
    JsonNode all = RenderFixture.json(fixture.api.get("/v1/models"));
    JsonNode one = RenderFixture.json(fixture.api.get("/v1/models/sdxl"));
    HttpResponse<String> none = fixture.api.get("/v1/models/..%2fetc");

    assertThat(all.at("/data/0/id").asText()).isEqualTo("sdxl");
    assertThat(one.get("object").asText()).isEqualTo("model");
    assertThat(all.at("/data/0/presets/1/name").asText()).isEqualTo("detail");
    assertThat(all.at("/data/0/presets/1/forwards").asLong()).isPositive();
    assertThat(one.get("presets")).isEqualTo(all.at("/data/0/presets"));
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(RenderFixture.json(none).at("/error/code").asText()).isEqualTo("model_not_found");
  }
}
