package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.mixture.RegionWeights;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Regions are of the whole picture where an area of it is computed. The area here has the samples
 * from row 5, column 8 of the picture's 17 rows of 25:
 *
 * <pre>
 *   0       8       16       25
 *   +------------------------+ 0
 *   |       +-------+        | 5
 *   |       | area  |        |
 *   |       +-------+        | 13
 *   +------------------------+ 17
 * </pre>
 */
class RegionsOfAreasTest {
  private static final PixelExtent SIZE = new PixelExtent(200, 136);
  private static final int TOP = 5;
  private static final int LEFT = 8;
  private static final int SIDE = 8;

  private static final RegionSettings REGIONS =
      new RegionSettings(
          List.of(
              rectangle("0,0,0.5,1", null),
              rectangle("0.31,0.42,0.77,0.9", 20.0),
              rectangle("0.4,0,1,0.66", 0.0),
              new Region(null, mask(new PixelExtent(100, 68)), "a boat", null, 3.0, null)),
          0.25);

  private static Region rectangle(String area, @Nullable Double feather) {
    return new Region(RegionRectangle.parse(area), null, "a sun", null, 2.0, feather);
  }

  /** Grey that rises to the right and downwards. */
  private static RegionMask mask(PixelExtent extent) {
    byte[] grey = new byte[Math.toIntExact(extent.area())];
    for (int n = 0; n < grey.length; n++) {
      grey[n] = (byte) (n % extent.width() + n / extent.width());
    }
    return RegionMask.of("\u0089PNG\r\n\u001a\nmask".getBytes(StandardCharsets.ISO_8859_1))
        .with(new RegionMask.Pixels(extent, grey));
  }

  private static RenderPlan whole(RegionSettings regions) {
    return Renders.plan(
        Renders.spec().build().toBuilder().size(SIZE).regions(regions).build(), Renders.SMALL);
  }

  private static RenderPlan plan(Inpainting inpainting, RegionSettings regions) {
    return Renders.plan(
        Renders.spec().build().toBuilder()
            .size(null)
            .conditions(MaskedPictures.conditions(inpainting))
            .regions(regions)
            .build(),
        Renders.SMALL);
  }

  private static Inpainting around() {
    return MaskedPictures.inpainting(
        SIZE, MaskedPictures.mask(SIZE, 88, 64, 16, 16), 1, null, InpaintArea.MASKED, 8);
  }

  private static RegionWeights weights(RenderPlan plan) {
    return Objects.requireNonNull(plan.regions(plan.lastPhase()));
  }

  private static float[] slice(float[] whole) {
    float[] slice = new float[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      System.arraycopy(whole, (TOP + y) * 25 + LEFT, slice, y * SIDE, SIDE);
    }
    return slice;
  }

  @Test
  void haveTheWeightsOfTheWholePicture_inAnAreaOfIt() {
    RenderPlan area = plan(around(), REGIONS);
    RegionWeights whole = weights(whole(REGIONS));

    assertThat(area.size()).isEqualTo(new PixelExtent(64, 64));
    assertThat(area.lastPhase().extent()).isEqualTo(new LatentExtent(SIDE, SIDE));
    for (int prompt = 0; prompt < whole.prompts(); prompt++) {
      assertThat(weights(area).of(prompt)).containsExactly(slice(whole.of(prompt)));
    }
  }

  @Test
  void haveThem_inADetailThatWasCutOutOfAnImage() {
    PixelExtent detail = new PixelExtent(64, 64);
    Inpainting cut =
        MaskedPictures.rectangle(detail, 24, 24, 16, 16, 1)
            .withCut(new PictureCut(new JobId("large"), SIZE, 8 * TOP, 8 * LEFT));
    RegionWeights whole = weights(whole(REGIONS));

    RegionWeights area = weights(plan(cut, REGIONS));

    for (int prompt = 0; prompt < whole.prompts(); prompt++) {
      assertThat(area.of(prompt)).containsExactly(slice(whole.of(prompt)));
    }
  }

  /** All of it is the picture's own prompt, and costs as much as without a region. */
  @Test
  void countNowhere_inAnAreaThatTheyDoNotReach() {
    RegionSettings corner = new RegionSettings(List.of(rectangle("0,0,0.2,0.2", 0.0)), 0);

    RenderPlan with = plan(around(), corner);

    assertThat(weights(with).of(0)).containsOnly(1);
    assertThat(weights(with).of(1)).containsOnly(0);
    assertThat(with.guidedTiles()).isEqualTo(plan(around(), RegionSettings.NONE).guidedTiles());
  }

  /** 203 by 139 pixels are computed as 208 by 144. */
  @Test
  void lieOnThePicture_whoseSidesAreNoWholeSamples() {
    PixelExtent odd = new PixelExtent(203, 139);
    RegionSettings half =
        new RegionSettings(
            List.of(
                rectangle("0,0,0.5,1", 0.0),
                new Region(null, mask(odd), "a boat", null, null, null)),
            100);
    RenderPlan plan = plan(MaskedPictures.rectangle(odd, 20, 24, 16, 16, 1), half);
    RegionWeights weights = weights(plan);

    assertThat(plan.size()).isEqualTo(new PixelExtent(208, 144));
    // of the sample from pixel 96 on, 5.5 of 8 pixels lie in the left half
    float inside = weights.of(1)[11] / weights.of(0)[11];
    float edge = weights.of(1)[12] / weights.of(0)[12];
    assertThat(edge / inside).isCloseTo(5.5f / 8, within(0.02f));
    // the last sample of a row has three of the mask's pixels, 200 to 202, over 8 rows
    double share = (201 + 3.5) / 255;
    double own = Math.max(0, 1 - share) + 100;
    assertThat(weights.of(2)[25]).isCloseTo((float) (share / (own + share)), within(1e-7f));
  }
}
