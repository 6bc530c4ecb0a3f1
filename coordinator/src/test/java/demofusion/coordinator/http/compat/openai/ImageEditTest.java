package demofusion.coordinator.http.compat.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.compat.RenderFixture;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.condition.Inpainting;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageEditTest {
  private static final String EDITS = "/v1/images/edits";
  private static final String VARIATIONS = "/v1/images/variations";
  private static final int WIDTH = 37;
  private static final int HEIGHT = 64;

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  /** A form as clients write it. */
  private static final class Form {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Form text(String name, String text) throws Exception {
      return part("name=\"" + name + "\"", text.getBytes(StandardCharsets.UTF_8));
    }

    Form file(String name, byte[] content) throws Exception {
      return part("name=\"" + name + "\"; filename=\"fox.png\"", content);
    }

    private Form part(String parameters, byte[] content) throws Exception {
      String head = "--bound\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n";
      bytes.write(head.getBytes(StandardCharsets.UTF_8));
      bytes.write(content);
      bytes.write("\r\n".getBytes(StandardCharsets.UTF_8));
      return this;
    }

    HttpRequest.Builder to(String path) throws Exception {
      bytes.write("--bound--\r\n".getBytes(StandardCharsets.UTF_8));
      return fixture
          .api
          .to(path)
          .header("Content-Type", "multipart/form-data; boundary=bound")
          .POST(BodyPublishers.ofByteArray(bytes.toByteArray()));
    }
  }

  private static byte[] png() throws Exception {
    return RenderFixture.png("", WIDTH, HEIGHT);
  }

  private static Form form() throws Exception {
    return new Form().text("prompt", "a hound").file("image", png());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "image[]", "image[0]"})
  void redrawsThePicture_inItsOwnSize(String name) throws Exception {
    var answer = fixture.begin(new Form().text("prompt", "a hound").file(name, png()).to(EDITS));
    JobRequest request = fixture.nextRequest();
    fixture.draw();

    assertThat(request.spec().prompts().prompt()).isEqualTo("a hound");
    assertThat(request.picture()).isEqualTo(png());
    assertThat(request.strength()).isEqualTo(0.75);
    assertThat(request.spec().size()).hasToString("32x64");
    assertThat(RenderFixture.json(answer.get()).at("/data/0/url").asText()).isNotBlank();
  }

  @Test
  void takesWhatAPictureHasBesides_alsoFromAForm() throws Exception {
    fixture.ask(
        form()
            .text("size", "2048x1536")
            .text("n", "1")
            .text("seed", "7")
            .text("steps", "20")
            .text("negative_prompt", "5")
            .text("demofusion[stride]", "16")
            .text("demofusion[strength]", "0.4")
            .text("jitter", "false")
            .text("input_fidelity", "high")
            .text("user", "")
            .text("output_compression", "")
            .text("crop", "0,256")
            .file("mask", new byte[0])
            .to(EDITS));

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.spec().size()).hasToString("2048x1536");
    assertThat(request.spec().seed()).isEqualTo(7);
    assertThat(request.spec().steps()).isEqualTo(20);
    assertThat(request.spec().stride()).isEqualTo(16);
    assertThat(request.spec().prompts().negative()).isEqualTo("5");
    assertThat(request.spec().ablations().jitter()).isFalse();
    assertThat(request.spec().crop()).hasToString("0,256");
    assertThat(request.strength()).isEqualTo(0.4);
  }

  @ParameterizedTest
  @CsvSource({
    "demofusion, {\"strength\":0.3}, 0.3",
    "strength, 0.2, 0.2",
    "input_fidelity, high, 0.5"
  })
  void goesAsFarAsIsSaid(String field, String text, double strength) throws Exception {
    fixture.ask(form().text(field, text).to(EDITS));

    assertThat(fixture.nextRequestOfOne().strength()).isEqualTo(strength);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "demofusion; {\"strength\":\"much\"}; strength",
        "demofusion[strength]; much; strength",
        "mask[]; a; mask"
      })
  void refusesWhatItCannotRead_insteadOfDrawingSomethingElse(
      String field, String text, String words) throws Exception {
    assertThat(refusal(form().text(field, text).to(EDITS)).toString()).contains(words);
  }

  @Test
  void refusesASettingThatIsAValueAndHasFields() throws Exception {
    JsonNode error =
        refusal(form().text("demofusion", "5").text("demofusion[steps]", "3").to(EDITS));

    assertThat(error.get("message").asText())
        .contains("demofusion is given as a value and with fields of its own");
  }

  @Test
  void takesAPictureInJson() throws Exception {
    String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(png());
    fixture.ask(
        EDITS, "{\"prompt\":\"a hound\",\"images\":[{\"image_url\":\"" + url + "\"}],\"seed\":3}");

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.picture()).isEqualTo(png());
    assertThat(request.spec().seed()).isEqualTo(3);
  }

  @Test
  void variesAPicture_withoutAPrompt() throws Exception {
    fixture.ask(new Form().file("image", png()).text("n", "1").to(VARIATIONS));

    JobRequest request = fixture.nextRequestOfOne();

    assertThat(request.spec().prompts().prompt()).isEmpty();
    assertThat(request.picture()).isEqualTo(png());
  }

  /** Transparent on the left. */
  private static byte[] mask() throws Exception {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
    for (int n = 0; n < WIDTH * HEIGHT; n++) {
      image.setRGB(n % WIDTH, n / WIDTH, n % WIDTH < 10 ? 0 : 0xff336699);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private static void assertDrawsAnewOnTheLeft(JobRequest request) throws Exception {
    Inpainting drawn = Objects.requireNonNull(request.spec().conditions().inpainting());
    BufferedImage mask =
        ImageIO.read(new ByteArrayInputStream(Objects.requireNonNull(drawn.mask()).file()));

    assertThat(request.picture()).isNull();
    assertThat(drawn.picture().file()).isEqualTo(png());
    assertThat(request.spec().size()).isNull();
    assertThat(mask.getRGB(9, 0)).isEqualTo(0xffffffff);
    assertThat(mask.getRGB(10, 0)).isEqualTo(0xff000000);
  }

  @Test
  void drawsAnewWhatTheMaskLeavesOut() throws Exception {
    fixture.ask(form().file("mask", mask()).text("size", "32x64").to(EDITS));

    JobRequest request = fixture.nextRequestOfOne();

    assertDrawsAnewOnTheLeft(request);
    assertThat(Objects.requireNonNull(request.spec().conditions().inpainting()).strength())
        .isEqualTo(1);
  }

  @Test
  void takesAMaskInJson_andAStrength() throws Exception {
    fixture.ask(
        EDITS,
        "{\"prompt\":\"a\",\"strength\":0.4,\"images\":[\"%s\"],\"mask\":{\"image_url\":\"%s\"}}"
            .formatted(url(png()), url(mask())));

    JobRequest request = fixture.nextRequestOfOne();

    assertDrawsAnewOnTheLeft(request);
    assertThat(Objects.requireNonNull(request.spec().conditions().inpainting()).strength())
        .isEqualTo(0.4);
  }

  private static String url(byte[] file) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
  }

  @Test
  void keepsThePicturesSize_whereAMaskKeepsTheRest() throws Exception {
    JsonNode error = refusal(form().file("mask", mask()).text("size", "1024x1024").to(EDITS));

    assertThat(error.get("param").asText()).isEqualTo("size");
    assertThat(error.get("message").asText()).contains("1024x1024", "32x64");
  }

  @Test
  void streamsAnEdit_underItsOwnName() throws Exception {
    var answer = fixture.begin(form().text("stream", "true").to(EDITS));
    fixture.draw();

    assertThat(answer.get().body()).contains("event: image_edit.completed\ndata: {");
  }

  private static JsonNode refusal(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = fixture.api.send(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    JsonNode error = RenderFixture.json(response).get("error");
    assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    return error;
  }

  @Test
  void refusesWhatItCannotDo() throws Exception {
    JsonNode mask = refusal(form().file("mask", png()).to(EDITS));
    JsonNode two = refusal(form().file("image[]", png()).to(EDITS));
    JsonNode none = refusal(new Form().text("prompt", "a fox").to(EDITS));
    JsonNode words = refusal(new Form().file("image", png()).to(EDITS));
    JsonNode noPicture =
        refusal(new Form().text("prompt", "x").file("image", new byte[] {1, 2}).to(EDITS));
    JsonNode count = refusal(form().text("n", "eleven").to(EDITS));
    JsonNode seed = refusal(form().text("seed", "1 2").to(EDITS));
    JsonNode fidelity = refusal(form().text("input_fidelity", "all").to(EDITS));

    assertThat(mask.get("param").asText()).isEqualTo("mask");
    assertThat(mask.get("message").asText()).contains("no transparent pixels");
    assertThat(two.get("message").asText()).contains("2 pictures are given");
    assertThat(none.get("param").asText()).isEqualTo("image");
    assertThat(words.get("param").asText()).isEqualTo("prompt");
    assertThat(noPicture.get("message").asText()).contains("image");
    assertThat(count.get("param").asText()).isEqualTo("n");
    assertThat(seed.get("param").asText()).isEqualTo("seed");
    assertThat(fidelity.get("param").asText()).isEqualTo("input_fidelity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\":\"x\",\"images\":[{\"image_url\":\"https://a/b.png\"}]} | images | does not"
            + " fetch",
        "{\"prompt\":\"x\",\"images\":[{\"file_id\":\"f\"}]} | images | data URL",
        "{\"prompt\":\"x\",\"images\":[{\"image_url\":\"data:image/png;base64,***\"}]} | images |"
            + " base64",
        "{\"prompt\":\"x\",\"images\":[]} | image | missing",
        "{\"prompt\":\"x\",\"mask\":{\"image_url\":\"data:\"}} | mask | without ;base64",
      })
  void refusesJsonThatBringsNoPicture(String body, String field, String words) throws Exception {
    JsonNode error = refusal(fixture.api.posting(EDITS, body));

    assertThat(error.get("param").asText()).isEqualTo(field);
    assertThat(error.get("message").asText()).contains(words);
  }

  @Test
  void refusesABodyThatIsNoForm_orTooLarge() throws Exception {
    HttpResponse<String> broken =
        fixture.api.send(
            fixture
                .api
                .to(EDITS)
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString("--y")));
    HttpResponse<String> unnamed =
        fixture.api.send(
            fixture
                .api
                .to(EDITS)
                .header("Content-Type", "multipart/form-data")
                .POST(BodyPublishers.ofString("--y")));
    HttpResponse<String> text =
        fixture.api.send(
            fixture
                .api
                .to(EDITS)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("x")));
    HttpResponse<String> large =
        fixture.api.send(form().file("other", new byte[3 << 20]).to(EDITS));

    assertThat(RenderFixture.json(broken).at("/error/message").asText()).contains("cut off");
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(unnamed.statusCode()).as(unnamed.body()).isEqualTo(400);
    assertThat(RenderFixture.json(unnamed).at("/error/message").asText()).isNotBlank();
    assertThat(text.statusCode()).isEqualTo(415);
    assertThat(RenderFixture.json(text).at("/error/message").asText())
        .contains("multipart/form-data");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(RenderFixture.json(large).at("/error/message").asText()).contains("at most");
  }
}
