package demofusion.coordinator.http.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.condition.StepConditions;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.image.RequestPictures;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WebUI's img2img with a mask. */
class InpaintFieldsTest {
  private static final String IMG2IMG = "/sdapi/v1/img2img";
  private static final int WIDTH = 64;
  private static final int HEIGHT = 32;

  @RegisterExtension static final RenderFixture fixture = RenderFixture.open();

  /** Its left half has one value, its right half another. */
  private static byte[] halves(int type, int left, int right) throws Exception {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, x < WIDTH / 2 ? left : right);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private static byte[] mask() throws Exception {
    return halves(BufferedImage.TYPE_INT_RGB, 0xffffff, 0);
  }

  private static byte[] picture() throws Exception {
    return RenderFixture.png("", WIDTH, HEIGHT);
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }

  private static String body(byte[] mask, String fields) throws Exception {
    return "{\"prompt\":\"a\",\"init_images\":[\"%s\"],\"mask\":\"%s\"%s}"
        .formatted(base64(picture()), base64(mask), fields);
  }

  private static JobRequest request(byte[] mask, String fields) throws Exception {
    fixture.ask(IMG2IMG, body(mask, fields));
    return fixture.nextRequestOfOne();
  }

  private static Inpainting asked(byte[] mask, String fields) throws Exception {
    return Objects.requireNonNull(request(mask, fields).spec().conditions().inpainting());
  }

  private static Inpainting asked(String fields) throws Exception {
    return asked(mask(), ",\"inpainting_fill\":1" + fields);
  }

  private static String notes(String fields) throws Exception {
    var answer = fixture.begin(IMG2IMG, body(mask(), fields));
    fixture.draw();
    HttpResponse<String> response = answer.get();
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode info = TestApi.JSON.readTree(RenderFixture.json(response).get("info").asText());
    return info.get("demofusion_notes").toString();
  }

  @Test
  void drawsAnewWhatTheMaskCovers() throws Exception {
    JobRequest request = request(mask(), ",\"inpainting_fill\":1,\"denoising_strength\":0.6");
    Inpainting drawn = Objects.requireNonNull(request.spec().conditions().inpainting());

    assertThat(request.picture()).isNull();
    assertThat(drawn.picture().file()).isEqualTo(picture());
    assertThat(Objects.requireNonNull(drawn.mask()).file()).isEqualTo(mask());
    assertThat(drawn.strength()).isEqualTo(0.6);
    assertThat(request.spec().size()).isNull();
    assertThat(notes(",\"inpainting_fill\":1")).isEqualTo("[]");
  }

  @Test
  void takesWebUisDefaults() throws Exception {
    Inpainting drawn = asked("");

    assertThat(drawn.strength()).isEqualTo(0.75);
    assertThat(drawn.featherOrStandard()).isEqualTo(4);
    assertThat(drawn.area()).isEqualTo(InpaintArea.MASKED);
    assertThat(drawn.padding()).isZero();
  }

  /**
   * A unit's picture is of the whole image, of which the mask's surroundings alone are computed.
   */
  @Test
  void computesAMasksSurroundings_withAControlNetToo() throws Exception {
    String unit = "{\"model\":\"lines\",\"image\":\"" + base64(picture()) + "\"}";
    JobRequest request =
        request(
            mask(),
            ",\"inpainting_fill\":1,\"alwayson_scripts\":{\"controlnet\":{\"args\":["
                + unit
                + "]}}");

    RenderSpec spec = RequestPictures.read(request.spec());
    RenderPlan plan = RenderPlan.of(spec, Renders.SMALL, Renders.EULER);

    assertThat(Objects.requireNonNull(spec.conditions().inpainting()).area())
        .isEqualTo(InpaintArea.MASKED);
    assertThat(plan.conditions().at(1, 0)).isNotSameAs(StepConditions.NONE);
    assertThat(plan.conditions().effort(1, 0)).isGreaterThan(1);
  }

  @ParameterizedTest
  @CsvSource({"0, PICTURE", "1, MASKED", "true, MASKED", "false, PICTURE"})
  void computesAsMuchAsItsAreaSays(String full, InpaintArea area) throws Exception {
    Inpainting drawn = asked(",\"inpaint_full_res\":" + full + ",\"inpaint_full_res_padding\":32");

    assertThat(drawn.area()).isEqualTo(area);
    assertThat(drawn.padding()).isEqualTo(area == InpaintArea.MASKED ? 32 : null);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"mask_blur\":9', 9",
    "'\"mask_blur\":0', 0",
    "'\"mask_blur_x\":3,\"mask_blur_y\":7', 7",
    "'\"mask_blur\":2,\"mask_blur_x\":3', 2"
  })
  void feathersAsFarAsItIsBlurred(String fields, double feather) throws Exception {
    assertThat(asked("," + fields).feather()).isEqualTo(feather);
  }

  @Test
  void beginsWithNoise_whereLatentNoiseIsAskedFor() throws Exception {
    String fields = ",\"inpainting_fill\":2,\"denoising_strength\":0.4";

    assertThat(asked(mask(), fields).strength()).isEqualTo(1);
    assertThat(notes(fields)).contains("latent noise");
  }

  @Test
  void takesTheOriginal_whereNothingIsSaidOfTheContent() throws Exception {
    assertThat(asked(mask(), "").strength()).isEqualTo(0.75);
    assertThat(notes("")).contains("inpainting_fill is not given");
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void invertsTheMask(int inverts, boolean isInverted) throws Exception {
    Inpainting drawn = asked(",\"inpainting_mask_invert\":" + inverts);

    assertThat(grey(drawn, 1)).isEqualTo(isInverted ? 0 : 255);
    assertThat(grey(drawn, WIDTH - 1)).isEqualTo(isInverted ? 255 : 0);
  }

  /** What create_binary_mask of WebUI does: alpha counts where there is any. */
  @Test
  void takesWhatIsOpaque_whereTheMaskIsTransparent() throws Exception {
    byte[] mask = halves(BufferedImage.TYPE_INT_ARGB, 0x00ffffff, 0xff000000);

    Inpainting drawn = asked(mask, ",\"inpainting_fill\":1");

    assertThat(grey(drawn, 1)).isZero();
    assertThat(grey(drawn, WIDTH - 1)).isEqualTo(255);
  }

  private static int grey(Inpainting drawn, int x) throws Exception {
    byte[] file = Objects.requireNonNull(drawn.mask()).file();
    return ImageIO.read(new ByteArrayInputStream(file)).getRGB(x, 0) & 0xff;
  }

  @Test
  void drawsAtThePicturesOwnSize() throws Exception {
    String whole = ",\"inpainting_fill\":1,\"inpaint_full_res\":false";
    HttpResponse<String> other =
        fixture.api.post(IMG2IMG, body(mask(), whole + ",\"width\":512,\"height\":512"));

    assertThat(request(mask(), whole + ",\"width\":64,\"height\":32").spec().size()).isNull();
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.body()).contains("512x512", "64x32", "leave both out");
    assertThat(notes(",\"inpainting_fill\":1,\"width\":512,\"height\":512"))
        .contains("own size, 64x32, not enlarged to 512x512");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",\"inpainting_fill\":0 | 400 | inpainting_fill 0 (fill) is not supported",
        ",\"inpainting_fill\":3 | 400 | inpainting_fill 3 (latent nothing)",
        ",\"inpainting_fill\":1,\"mask_blur\":-3 | 422 | mask_blur",
        ",\"inpainting_fill\":1,\"denoising_strength\":0 | 400 | strength 0",
        ",\"inpainting_fill\":1,\"mask\":\"a,b\" | 422 | Invalid encoded image",
        ",\"inpainting_fill\":1,\"mask\":\"Zm94\" | 422 | of the mask",
      })
  void refuses_whatIsNotDoneHere(String fields, int status, String words) throws Exception {
    HttpResponse<String> response = fixture.api.post(IMG2IMG, body(mask(), fields));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains(words);
  }

  @Test
  void ignoresWhatBelongsToAMask_whereThereIsNone() throws Exception {
    fixture.ask(
        IMG2IMG,
        "{\"prompt\":\"a\",\"init_images\":[\"%s\"],\"inpainting_fill\":0,\"mask_blur\":4}"
            .formatted(base64(picture())));

    assertThat(fixture.nextRequestOfOne().spec().conditions().inpainting()).isNull();
  }
}
