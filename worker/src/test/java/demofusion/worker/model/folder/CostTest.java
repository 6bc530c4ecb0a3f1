package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.model.ModelSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What networks cost, counted a second time: SDXL's UNet and decoder from the drawing of their
 * blocks, and single layers of the miniature by hand. A multiplication and its addition are two.
 */
class CostTest {
  private static final Path MODELS = Path.of("..", "deploy", "models");
  private static final Architecture SDXL = read("sdxl-base");
  private static final Architecture MINIATURE = read("miniature");

  private static final double FULL = 128 * 128; // places at SDXL's three resolutions
  private static final double HALF = 64 * 64;
  private static final double QUARTER = 32 * 32;

  private static Architecture read(String name) {
    return Architecture.read(ModelSource.of(MODELS.resolve(name)));
  }

  @Test
  void countsSdxlAsItsDrawingDoes() {
    double embeddings = 2 * (320 * 1280 + 1280 * 1280 + 2816 * 1280 + 1280 * 1280);
    double outside = convolution(4, 320, FULL) + convolution(320, 4, FULL);
    double down =
        2 * resnet(320, 320, FULL)
            + convolution(320, 320, HALF)
            + resnet(320, 640, HALF)
            + resnet(640, 640, HALF)
            + 2 * transformer(640, 2, HALF)
            + convolution(640, 640, QUARTER)
            + resnet(640, 1280, QUARTER)
            + resnet(1280, 1280, QUARTER)
            + 2 * transformer(1280, 10, QUARTER);
    double middle = 2 * resnet(1280, 1280, QUARTER) + transformer(1280, 10, QUARTER);
    double up =
        2 * resnet(1280 + 1280, 1280, QUARTER)
            + resnet(1280 + 640, 1280, QUARTER)
            + 3 * transformer(1280, 10, QUARTER)
            + convolution(1280, 1280, HALF)
            + resnet(1280 + 640, 640, HALF)
            + resnet(640 + 640, 640, HALF)
            + resnet(640 + 320, 640, HALF)
            + 3 * transformer(640, 2, HALF)
            + convolution(640, 640, FULL)
            + resnet(640 + 320, 320, FULL)
            + 2 * resnet(320 + 320, 320, FULL);

    double counted = UnetCost.of(SDXL.unet()).flop(128, 128);

    assertThat(counted).isCloseTo(embeddings + outside + down + middle + up, within(1e6));
    assertThat(counted).isCloseTo(6.76e12, within(0.005e12));
  }

  @Test
  void isThePublishedCount_withoutTheProductsOfAttention() {
    // counters that hook layers see 2.99 TMAC at 1024x1024: they miss q·k and its product with v
    double products = 10 * 4 * HALF * (HALF + 77) * 640 + 60 * 4 * QUARTER * (QUARTER + 77) * 1280;

    assertThat(UnetCost.of(SDXL.unet()).flop(128, 128) - products)
        .isCloseTo(5.98e12, within(0.005e12));
  }

  @Test
  void countsTheDecoderAsItsDrawingDoes() {
    double middle =
        2 * plainResnet(512, 512, FULL) + 4 * 2 * 512 * 512 * FULL + 4 * FULL * FULL * 512;
    double levels =
        3 * plainResnet(512, 512, FULL)
            + convolution(512, 512, 4 * FULL)
            + 3 * plainResnet(512, 512, 4 * FULL)
            + convolution(512, 512, 16 * FULL)
            + plainResnet(512, 256, 16 * FULL)
            + 2 * plainResnet(256, 256, 16 * FULL)
            + convolution(256, 256, 64 * FULL)
            + plainResnet(256, 128, 64 * FULL)
            + 2 * plainResnet(128, 128, 64 * FULL);
    double outside = 2 * 4 * 4 * FULL + convolution(4, 512, FULL) + convolution(128, 3, 64 * FULL);

    assertThat(VaeCost.of(SDXL.vae()).decode(128, 128))
        .isCloseTo(middle + levels + outside, within(1e6));
  }

  @ParameterizedTest
  @CsvSource({
    "conv_in.weight, 2359296", // 2 · 9 · 4 · 32 · 32²
    "time_embedding.linear_1.weight, 8192", // 2 · 32 · 128, once
    "down_blocks.0.downsamplers.0.conv.weight, 4718592", // 2 · 9 · 32 · 32 · 16²
    "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_k.weight, 2097152", // 2 · 64² · 16²
    "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.weight, 18874368", // and 4 · 16⁴ ·
    // 64
    "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.weight, 946176", // 2 · 96 · 64 · 77
    "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_q.weight, 7143424", // and 4 · 16² ·
    // 77 · 64
    "mid_block.resnets.0.conv1.weight, 18874368", // 2 · 9 · 128² · 8²
    "up_blocks.1.upsamplers.0.conv.weight, 75497472", // 2 · 9 · 64² · 32²
    "conv_out.weight, 2359296"
  })
  void countsALayerOfTheMiniatureByHand(String weight, double flop) {
    Layout.Weight found =
        UnetLayout.of(MINIATURE.unet()).weights().stream()
            .filter(each -> each.name().equals(weight))
            .findFirst()
            .orElseThrow();

    assertThat(UnetCost.of(found, 32, 32)).isEqualTo(flop);
  }

  @Test
  void looksAtALargerLatentForLessThanItsTiles() {
    VaeCost cost = VaeCost.of(SDXL.vae());

    assertThat(cost.survey(1, 512, 512, 0)).isLessThan(cost.decode(512, 512) / 10);
    assertThat(cost.decodeTile(96, 96, 512 * 512)).isLessThan(cost.decode(128, 128));
  }

  @Test
  void holdsMoreValues_theLargerTheView() {
    assertThat(UnetActivations.most(SDXL.unet(), 128, 128)).isEqualTo(56_360_960L);
    assertThat(UnetActivations.most(MINIATURE.unet(), 33, 47)).isEqualTo(553_632L);
    assertThat(UnetActivations.most(SDXL.unet(), 256, 128))
        .isEqualTo(2 * UnetActivations.most(SDXL.unet(), 128, 128));
  }

  @Test
  void knowsHowManyWeightsThereAre_withoutThem() {
    assertThat(SDXL.vaeParameters()).isEqualTo(83_653_863L);
    // UNet, CLIP ViT-L and OpenCLIP bigG
    assertThat(SDXL.parametersWithoutVae()).isEqualTo(2_567_463_684L + 123_060_480L + 694_659_840L);
  }

  private static double convolution(double in, double out, double places) {
    return 2 * 9 * in * out * places;
  }

  private static double plainResnet(double in, double out, double places) {
    double shortcut = in == out ? 0 : 2 * in * out * places;
    return convolution(in, out, places) + convolution(out, out, places) + shortcut;
  }

  private static double resnet(double in, double out, double places) {
    return plainResnet(in, out, places) + 2 * 1280 * out;
  }

  private static double transformer(double width, int depth, double places) {
    double projections = 2 * 2 * width * width * places;
    double self = 4 * 2 * width * width * places + 4 * places * places * width;
    double cross =
        2 * 2 * width * width * places + 2 * 2 * 2048 * width * 77 + 4 * places * 77 * width;
    double perceptron = 2 * (8 + 4) * width * width * places;
    return projections + depth * (self + cross + perceptron);
  }
}
