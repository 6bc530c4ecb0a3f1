package demofusion.protocol.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.SchedulerKind;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewPictureTest {
  private static final JsonMapper JSON = ApiJson.strict(1_000_000);

  @Test
  void isTheSpecificationsDefaults_whenThereIsOnlyAPrompt() throws Exception {
    NewPicture picture = JSON.readValue("{\"prompt\":\"a fox\"}", NewPicture.class);

    JobRequest request = picture.toRequest(() -> 42);

    assertThat(request.spec()).isEqualTo(RenderSpec.of("a fox", 42));
    assertThat(request.priority()).isZero();
    assertThat(request.previews()).isFalse();
  }

  @Test
  void keepsEverything_onTheWayThroughJson() throws Exception {
    RenderSpec spec =
        RenderSpec.of("", Long.MAX_VALUE).toBuilder()
            .prompts(new Prompts("a fox", "a red fox", "blurred", ""))
            .size(new PixelExtent(2048, 1536))
            .steps(30)
            .guidance(new Guidance(6.5f, 0.25f))
            .scheduler(SchedulerKind.DPMPP_2M_SDE_KARRAS)
            .stride(48)
            .unit(ViewBatchSize.half())
            .fusion(new FusionSettings(0.7, 2, 1.5, 0.5))
            .method(RenderMethod.MULTIDIFFUSION)
            .ablations(new DemoFusionParts(false, true, false, true, false))
            .targetSize(new PixelExtent(2000, 1500))
            .originalSize(new PixelExtent(1024, 768))
            .crop(new CropCorner(0, 256))
            .referenceOddities(true)
            .threads(4)
            .build();
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1};
    JobRequest request =
        new JobRequest(spec, "sdxl", true, -7, jpeg, 0.5, URI.create("https://example.org/"));

    byte[] json = JSON.writeValueAsBytes(NewPicture.of(request));
    JobRequest read = JSON.readValue(json, NewPicture.class).toRequestWithoutRules(() -> 0);

    assertThat(read).usingRecursiveComparison().isEqualTo(request);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          steps          | 0              | steps 0 must be between 1 and 1000
          guidanceScale  | -1             | guidance scale -1.0 must be between 0 and 1000
          size           | "big"          | size "big" must be WIDTHxHEIGHT in pixels, for example 2048x1536
          seed           | -3             | seed -3 must be between 0 and 9223372036854775807
          priority       | 1001           | priority 1001 must be between -1000 and 1000
          crop           | "left"         | crop "left" must be TOP,LEFT in pixels, for example 0,256
          strength       | 0.5            | strength 0.5 applies to a source image: give one as image
          image          | "R0lG"         | image of 3 bytes is not a readable image; it must be a PNG, JPEG, WebP, TIFF, GIF or BMP
          webhook        | "file:///etc"  | webhook "file:///etc" must be an http or https URL with a host and without a user
          webhook        | "https://a_b/" | webhook "https://a_b/" has the host name a_b, which https does not allow (only letters, digits, dots and inner hyphens): use another name of that host, for example a network alias, or its address
          method         | "magic"        | method "magic" must be demofusion, multidiffusion, direct, detail, fast or sr
          viewBatch      | "65"           | view batch 65 must be between 1 and 64, or the word half
          """)
  void saysTheValueAndItsBound_whenItIsRefused(String name, String value, String sentence)
      throws Exception {
    String json = "{\"prompt\":\"a fox\",\"" + name + "\":" + value + "}";

    NewPicture picture = JSON.readValue(json, NewPicture.class);

    assertThatThrownBy(() -> picture.toRequest(() -> 0))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(sentence);
  }

  @Test
  void bounds_theStrengthOfAPicture() throws Exception {
    NewPicture picture =
        JSON.readValue(
            "{\"prompt\":\"a fox\",\"strength\":0,\"image\":\"/9j/AAAA\"}", NewPicture.class);

    assertThatThrownBy(() -> picture.toRequest(() -> 0))
        .hasMessage("strength 0.0 must be above 0 and at most 1");
  }

  @Test
  void bounds_aPrompt() throws Exception {
    String prompt = "x".repeat(PictureFields.LONGEST_PROMPT + 1);
    byte[] json = JSON.writeValueAsBytes(Map.of("prompt", prompt));

    NewPicture picture = JSON.readValue(json, NewPicture.class);

    assertThatThrownBy(() -> picture.toRequest(() -> 0))
        .hasMessage("prompt has 16385 characters; it must have at most 16384");
  }
}
