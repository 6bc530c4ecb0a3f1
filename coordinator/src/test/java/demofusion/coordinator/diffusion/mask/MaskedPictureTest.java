package demofusion.coordinator.diffusion.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.MaskedPictures;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.PictureBytes.Pixels;
import demofusion.protocol.latent.PixelExtent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedPictureTest {
  private static final PixelExtent SIZE = new PixelExtent(200, 136);
  private static final int FACTOR = 8;
  private static final int NATIVE = 64;

  @Test
  void computesAllOfAPicture_whoseSidesAreWholeSamples() {
    MaskedPicture picture = of(mask(SIZE, 20, 24, 16, 16), null, InpaintArea.PICTURE, null);

    assertThat(picture.extent()).isEqualTo(SIZE);
    assertThat(picture.canvas()).isEqualTo(SIZE);
    assertThat(drawnPixels(picture.mask())).isEqualTo(16 * 16);
  }

  @Test
  void repeatsEdges_whereSidesAreNoWholeSamples() {
    PixelExtent odd = new PixelExtent(203, 130);
    MaskedPicture picture =
        MaskedPicture.of(MaskedPictures.rectangle(odd, 0, 0, 203, 130, 1), FACTOR, NATIVE);

    assertThat(picture.extent()).isEqualTo(new PixelExtent(208, 136));
    assertThat(picture.canvas()).isEqualTo(odd);
    assertThat(drawnPixels(picture.mask())).isEqualTo(203 * 130);
    byte[] rgb = picture.original().values();
    assertThat(pixel(rgb, 208, 207, 50)).isEqualTo(pixel(rgb, 208, 202, 50));
    assertThat(pixel(rgb, 208, 60, 135)).isEqualTo(pixel(rgb, 208, 60, 129));
    assertThat(pixel(rgb, 208, 207, 135)).isEqualTo(pixel(rgb, 208, 202, 129));
  }

  /** The box of 16 pixels and 8 around it, grown evenly to the native side, and moved inside. */
  @ParameterizedTest
  @CsvSource({"100, 60, 76, 36", "0, 0, 0, 0", "184, 120, 136, 72", "3, 60, 0, 36"})
  void computesWhatIsAroundTheMask(int left, int top, int areaLeft, int areaTop) {
    MaskedPicture picture = of(mask(SIZE, left, top, 16, 16), null, InpaintArea.MASKED, 8);

    assertThat(picture.extent()).isEqualTo(new PixelExtent(64, 64));
    assertThat(drawnPixels(picture.mask())).isEqualTo(16 * 16);
    byte[] whole = MaskedPictures.picture(SIZE).pixels().orElseThrow().values();
    assertThat(pixel(picture.original().values(), 64, 5, 7))
        .isEqualTo(pixel(whole, 200, areaLeft + 5, areaTop + 7));
  }

  @Test
  void takesASideWhole_whereTheAreaWouldBeLonger() {
    MaskedPicture picture = of(mask(SIZE, 90, 60, 16, 16), null, InpaintArea.MASKED, 70);

    assertThat(picture.extent()).isEqualTo(new PixelExtent(160, 136));
  }

  @Test
  void extendsByEdgePixels_andDrawsAnOverlapInside() {
    Outpaint sides = new Outpaint(16, 0, 8, 40, 4);
    MaskedPicture picture = of(null, sides, InpaintArea.PICTURE, null);

    PixelExtent canvas = new PixelExtent(248, 152);
    assertThat(picture.canvas()).isEqualTo(canvas);
    byte[] rgb = picture.original().values();
    byte[] whole = MaskedPictures.picture(SIZE).pixels().orElseThrow().values();
    assertThat(pixel(rgb, 248, 0, 0)).isEqualTo(pixel(whole, 200, 0, 0));
    assertThat(pixel(rgb, 248, 247, 100)).isEqualTo(pixel(whole, 200, 199, 84));
    assertThat(pixel(rgb, 248, 108, 66)).isEqualTo(pixel(whole, 200, 100, 50));
    // kept: columns from 8 + 4 to before 248 − 40 − 4, rows from 16 + 4 on
    assertThat(drawnPixels(picture.mask())).isEqualTo(248 * 152 - (204 - 12) * (152 - 20));
    assertThat(picture.mask().level(20, 12)).isZero();
    assertThat(picture.mask().level(19, 12)).isEqualTo(255);
    assertThat(picture.mask().level(20, 204)).isEqualTo(255);
    assertThat(picture.mask().level(151, 100)).isZero();
  }

  @Test
  void aMaskBesideOutpaintingIsOfThePicture() {
    Outpaint right = new Outpaint(0, 0, 0, 40, 0);
    MaskedPicture picture = of(mask(SIZE, 0, 0, 10, 10), right, InpaintArea.PICTURE, null);

    assertThat(drawnPixels(picture.mask())).isEqualTo(100 + 40 * 136);
  }

  @Test
  void takesAMaskOfAnotherSizeByTheNearestPixel() {
    PixelExtent half = new PixelExtent(100, 68);
    MaskedPicture picture = of(mask(half, 10, 12, 8, 8), null, InpaintArea.PICTURE, null);

    assertThat(drawnPixels(picture.mask())).isEqualTo(16 * 16);
    assertThat(picture.mask().level(24, 20)).isEqualTo(255);
    assertThat(picture.mask().level(23, 20)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | 200 | 5 | the mask has 200x200 pixels and the picture 200x136",
        "200 | 136 | 0 | nothing is to be drawn: the mask has no pixel of level 128 or more"
      })
  void refusesMasksOfNothing_andOfAnotherShape(int width, int height, int side, String words) {
    PictureBytes mask = mask(new PixelExtent(width, height), 0, 0, side, side);

    assertThatThrownBy(() -> of(mask, null, InpaintArea.PICTURE, null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith(words)
        .message()
        .hasLineCount(1);
  }

  @Test
  void refusesToExtendByMoreThanThreeTimesTheSide() {
    assertThat(of(null, new Outpaint(408, 0, 0, 0, 0), InpaintArea.PICTURE, null).canvas())
        .isEqualTo(new PixelExtent(200, 544));
    assertThatThrownBy(() -> of(null, new Outpaint(409, 0, 0, 0, 0), InpaintArea.PICTURE, null))
        .hasMessageStartingWith("outpaint top 409 must be at most three times");
  }

  /** Where the ramp does not reach, the file's pixels stay; inside, the decoded ones. */
  @ParameterizedTest
  @CsvSource({"PICTURE, 0", "PICTURE, 4", "MASKED, 4"})
  void laysDecodedPixelsIntoTheFiles(InpaintArea area, int reach) {
    PictureBytes mask = mask(SIZE, 90, 60, 16, 16);
    MaskedPicture picture =
        MaskedPicture.of(
            new demofusion.protocol.api.request.condition.Inpainting(
                MaskedPictures.picture(SIZE),
                mask,
                1,
                reach / 4.0,
                null,
                area,
                area == InpaintArea.MASKED ? 8 : null),
            FACTOR,
            NATIVE);
    KeptPixels kept = picture.kept(picture.extent());
    float[] white = new float[3 * picture.extent().width()];
    Arrays.fill(white, 1);
    byte[] file = MaskedPictures.picture(SIZE).pixels().orElseThrow().values();
    int margin = 2 * ((int) (2.5 * reach / 4 + 0.5)); // widened, and then blurred

    byte[] row = new byte[3 * SIZE.width()];
    int between = 0;
    for (int y = 0; y < SIZE.height(); y++) {
      kept.blend(y, white, row);
      for (int x = 0; x < SIZE.width(); x++) {
        int apart = Math.max(Math.max(90 - x, x - 105), Math.max(60 - y, y - 75));
        Pixels one = new Pixels(new PixelExtent(1, 1), pixel(row, 200, x, 0));
        if (apart <= 0) {
          assertThat(one.values()).containsOnly(-1);
        } else if (apart > margin) {
          assertThat(one.values()).isEqualTo(pixel(file, 200, x, y));
        } else {
          between += Arrays.equals(one.values(), pixel(file, 200, x, y)) ? 0 : 1;
        }
      }
    }
    assertThat(between).isEqualTo(reach == 0 ? 0 : between).matches(n -> reach == 0 || n > 0);
  }

  private static MaskedPicture of(
      @Nullable PictureBytes mask,
      @Nullable Outpaint outpaint,
      InpaintArea area,
      @Nullable Integer padding) {
    return MaskedPicture.of(
        MaskedPictures.inpainting(SIZE, mask, 1, outpaint, area, padding), FACTOR, NATIVE);
  }

  private static PictureBytes mask(PixelExtent extent, int left, int top, int width, int height) {
    return MaskedPictures.mask(extent, left, top, width, height);
  }

  private static int drawnPixels(MaskPicture mask) {
    int count = 0;
    for (byte level : mask.levels()) {
      count += level == 0 ? 0 : 1;
    }
    return count;
  }

  private static byte[] pixel(byte[] rgb, int width, int x, int y) {
    return Arrays.copyOfRange(rgb, 3 * (y * width + x), 3 * (y * width + x) + 3);
  }
}
