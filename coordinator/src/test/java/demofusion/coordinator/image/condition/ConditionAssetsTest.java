package demofusion.coordinator.image.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Steering;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.coordinator.image.PictureReaderTest;
import demofusion.coordinator.image.RequestPictures;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterFit;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlMake;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request's pictures before workers get them. */
class ConditionAssetsTest {
  private static final int BLACK_RED = 0xff;

  private static RenderPlan plan(PixelExtent size, ConditionSettings conditions) {
    RenderSpec spec = Renders.spec().build().toBuilder().size(size).conditions(conditions).build();
    return Renders.plan(RequestPictures.read(spec), Renders.SMALL);
  }

  private static BufferedImage asset(
      PictureBytes picture, @Nullable ControlFit fit, @Nullable ControlMake make)
      throws IOException {
    ControlUse plain = Steering.on(picture);
    ControlUse use =
        new ControlUse(
            plain.network(),
            plain.facts(),
            null,
            picture,
            plain.weights(),
            plain.span(),
            plain.mode(),
            null,
            fit,
            make);
    RenderPlan plan =
        plan(new PixelExtent(128, 64), new ConditionSettings(List.of(use), List.of(), null));
    List<Asset.PictureFile> assets = ConditionAssets.of(plan).pictures();
    assertThat(assets).hasSize(1);
    AssetId named =
        plan.conditions()
            .at(1, 0)
            .of(ViewBatch.of(0, 0, List.of(view()), GuidanceHalf.BOTH), id -> id)
            .controls()
            .get(0)
            .picture()
            .file();
    assertThat(assets.get(0).id()).isEqualTo(named);
    return ImageIO.read(new ByteArrayInputStream(assets.get(0).file()));
  }

  private static View view() {
    return new View.Local(new Window(0, 0, 4, 8), new MicroConditioning(1, 1, 0, 0, 1, 1));
  }

  private static PictureBytes png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return PictureBytes.of(bytes.toByteArray());
  }

  @Test
  void liesOnBlackWhereItIsTransparent_andIsThreeColoursWhereItIsGrey() throws IOException {
    BufferedImage image = new BufferedImage(128, 64, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(3, 2, 0x80ff4020);
    image.setRGB(4, 2, 0xff102030);
    BufferedImage grey = new BufferedImage(128, 64, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(5, 6, 0, 77);

    BufferedImage seen = asset(png(image), null, null);
    BufferedImage seenGrey = asset(png(grey), null, null);

    assertThat(seen.getRGB(0, 0)).isEqualTo(0xff000000);
    assertThat(seen.getRGB(3, 2)).isEqualTo(0xff802010);
    assertThat(seen.getRGB(4, 2)).isEqualTo(0xff102030);
    assertThat(seenGrey.getRGB(5, 6)).isEqualTo(0xff4d4d4d);
    assertThat(seen.getColorModel().getNumComponents()).isEqualTo(3);
  }

  @Test
  void isCutAroundItsMiddle() throws IOException {
    BufferedImage image = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 100; y++) {
      for (int x = 0; x < 100; x++) {
        image.setRGB(x, y, y << 8 | x);
      }
    }

    BufferedImage seen = asset(png(image), ControlFit.CROP, null);

    assertThat(seen.getWidth()).isEqualTo(100);
    assertThat(seen.getHeight()).isEqualTo(50);
    assertThat(seen.getRGB(7, 0) & 0xffff).isEqualTo(25 << 8 | 7);
    assertThat(asset(png(image), ControlFit.STRETCH, null).getHeight()).isEqualTo(100);
  }

  @Test
  void isMadeIntoItsNegative_orItsEdges() throws IOException {
    BufferedImage image = new BufferedImage(128, 64, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 64; y++) {
      for (int x = 64; x < 128; x++) {
        image.setRGB(x, y, 0xffc080);
      }
    }

    BufferedImage negative = asset(png(image), null, ControlMake.INVERT);
    BufferedImage edges = asset(png(image), null, ControlMake.parse("canny"));
    BufferedImage none = asset(png(image), null, ControlMake.parse("canny:1999,2000"));

    assertThat(negative.getRGB(0, 0) & 0xffffff).isEqualTo(0xffffff);
    assertThat(negative.getRGB(100, 30) & 0xffffff).isEqualTo(0x003f7f);
    int white = 0;
    for (int x = 0; x < 128; x++) {
      white += (edges.getRGB(x, 30) & BLACK_RED) == BLACK_RED ? 1 : 0;
      assertThat(none.getRGB(x, 30) & 0xffffff).isZero();
    }
    assertThat(white).isEqualTo(1);
    assertThat((edges.getRGB(63, 30) | edges.getRGB(64, 30)) & 0xffffff).isEqualTo(0xffffff);
  }

  @Test
  void isOneAssetForTwoNetsThatUseItAlike() {
    PictureBytes picture = Steering.picture(128, 64);
    ConditionSettings two =
        new ConditionSettings(
            List.of(Steering.on(picture), Steering.on(Steering.picture(128, 64))), List.of(), null);

    assertThat(ConditionAssets.of(plan(new PixelExtent(128, 64), two)).pictures()).hasSize(1);
  }

  @Test
  void refusesWhatMoves_andWhatCannotBeRead_withTheNetsName() throws IOException {
    byte[] moving = PictureReaderTest.sample("animated.gif");
    PictureBytes still = Steering.picture(128, 64);
    byte[] broken = still.file().clone();
    Arrays.fill(broken, broken.length / 2, broken.length - 12, (byte) 0);

    assertThatThrownBy(() -> asset(PictureBytes.of(moving), ControlFit.STRETCH, null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContainingAll("for ControlNet edges", "animated");
    assertThatThrownBy(() -> asset(PictureBytes.of(broken), ControlFit.STRETCH, null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("for ControlNet edges");
  }

  @Test
  void refusesMorePixelsThanAreAccepted() {
    ConditionSettings one =
        new ConditionSettings(List.of(Steering.on(Steering.picture(128, 64))), List.of(), null);
    RenderPlan plan = plan(new PixelExtent(128, 64), one);

    assertThatThrownBy(() -> ConditionAssets.require(plan, 128 * 64 - 1))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContainingAll(
            "the control picture of edges has 128x64 pixels", "at most 8191 of one");
    assertThatCode(() -> ConditionAssets.require(plan, 128 * 64)).doesNotThrowAnyException();
  }

  /** Pillow's bytes of transformers' preparation, before they are scaled. */
  @ParameterizedTest
  @ValueSource(strings = {"scene", "tall"})
  void showsEncodersWhatTheReferenceShowsThem(String name) throws IOException {
    PictureBytes picture =
        PictureBytes.of(
            Files.readAllBytes(GoldenData.path("conditioning/pictures/" + name + ".png")));
    BufferedImage wanted =
        ImageIO.read(GoldenData.path("conditioning/pictures/clip224-" + name + ".png").toFile());

    float[] shown = encoded(picture, AdapterFit.CROP).pixels().values();

    int area = 224 * 224;
    double[] mean = {0.48145466, 0.4578275, 0.40821073};
    double[] deviation = {0.26862954, 0.26130258, 0.27577711};
    for (int n = 0; n < shown.length; n++) {
      int colour = n / area;
      int level = wanted.getRGB(n % 224, n / 224 % 224) >> (16 - 8 * colour) & 0xff;
      assertThat(shown[n])
          .isCloseTo((float) ((level / 255.0 - mean[colour]) / deviation[colour]), within(1e-6f));
    }
  }

  @Test
  void showsEncodersAllOfASquashedPicture() {
    PictureBytes picture = Steering.picture(300, 100);

    Tensor cut = encoded(picture, AdapterFit.CROP).pixels();
    Tensor squashed = encoded(picture, AdapterFit.SQUASH).pixels();

    assertThat(cut.shape()).containsExactly(1, 3, 224, 224);
    assertThat(squashed.shape()).containsExactly(1, 3, 224, 224);
    assertThat(squashed).isNotEqualTo(cut);
  }

  @ParameterizedTest
  @CsvSource({"0, , false", "0.5, , true", "0, 0.5, true", "0.5, 0, true"})
  void encodesPicturesThatCount(double scale, @Nullable Double local, boolean isEncoded) {
    ConditionSettings one =
        new ConditionSettings(List.of(), List.of(Steering.adapter(scale, local)), null);

    assertThat(ConditionAssets.of(plan(new PixelExtent(128, 64), one)).encodings())
        .hasSize(isEncoded ? 1 : 0);
  }

  private static Work.EncodeImage encoded(PictureBytes picture, AdapterFit fit) {
    AdapterUse plain = Steering.adapter(1, null);
    AdapterUse use =
        new AdapterUse(
            plain.network(),
            plain.encoder(),
            new AdapterFacts(16, 2, 224, false, 1e-5),
            List.of(picture),
            1,
            null,
            plain.span(),
            plain.blocks(),
            fit);
    RenderPlan plan =
        plan(new PixelExtent(128, 64), new ConditionSettings(List.of(), List.of(use), null));
    return ConditionAssets.of(plan).encodings().values().iterator().next();
  }
}
