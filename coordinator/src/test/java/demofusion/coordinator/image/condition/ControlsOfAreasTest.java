package demofusion.coordinator.image.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.MaskedPictures;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Steering;
import demofusion.coordinator.diffusion.condition.CentreCrop;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.RequestPictures;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.picture.PillowResizing;
import demofusion.protocol.picture.ResizingKernel;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.GuidanceHalf;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Control pictures are of the whole image where an area of it is computed: the area sees of them
 * what the whole image in its own size sees there.
 */
class ControlsOfAreasTest {
  private static final PixelExtent SIZE = new PixelExtent(200, 136);
  private static final PixelExtent AREA = new PixelExtent(64, 64);
  private static final int TOP = 40;
  private static final int LEFT = 64;

  private static RgbPicture noise(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(width).nextBytes(rgb);
    return new RgbPicture(new PixelExtent(width, height), rgb);
  }

  private static ControlUse control(RgbPicture picture, @Nullable ControlFit fit) {
    ControlUse plain = Steering.on(PictureBytes.of(ControlPixels.png(picture, "x")));
    return new ControlUse(
        plain.network(),
        plain.facts(),
        null,
        plain.picture(),
        plain.weights(),
        plain.span(),
        plain.mode(),
        null,
        fit,
        null);
  }

  private static RgbPicture asset(ControlUse use, Inpainting inpainting) {
    RenderPlan plan =
        Renders.plan(
            RequestPictures.read(
                Renders.spec().build().toBuilder()
                    .size(null)
                    .conditions(new ConditionSettings(List.of(use), List.of(), inpainting))
                    .build()),
            Renders.SMALL);
    List<Asset.PictureFile> assets = ConditionAssets.of(plan).pictures();
    assertThat(assets).hasSize(1);
    View view = new View.Local(new Window(0, 0, 8, 8), new MicroConditioning(1, 1, 0, 0, 1, 1));
    assertThat(
            plan.conditions()
                .at(1, 0)
                .of(ViewBatch.of(0, 0, List.of(view), GuidanceHalf.BOTH), id -> id)
                .controls()
                .get(0)
                .picture()
                .file())
        .isEqualTo(assets.get(0).id());
    RgbPicture read = PictureReader.read(assets.get(0).file(), "of a test", Long.MAX_VALUE);
    assertThat(read.extent()).isEqualTo(plan.size());
    return read;
  }

  private static Inpainting around() {
    return MaskedPictures.inpainting(
        SIZE, MaskedPictures.mask(SIZE, 88, 64, 16, 16), 1, null, InpaintArea.MASKED, 8);
  }

  /** In the image's size, as the whole image's last phase has it. */
  private static byte[] sized(RgbPicture picture, PixelExtent size) {
    return new PillowResizing(picture.extent(), size, 3, ResizingKernel.LANCZOS)
        .whole(picture.rgb());
  }

  private static byte[] slice(byte[] whole, PixelExtent extent) {
    byte[] slice = new byte[Math.toIntExact(3 * AREA.area())];
    for (int y = 0; y < AREA.height(); y++) {
      int from = 3 * ((TOP + y) * extent.width() + LEFT);
      System.arraycopy(whole, from, slice, 3 * y * AREA.width(), 3 * AREA.width());
    }
    return slice;
  }

  @Test
  void areThePicturesOwnPixels_whereItHasTheImagesSize() {
    RgbPicture picture = noise(200, 136);

    assertThat(asset(control(picture, null), around()).rgb()).isEqualTo(slice(picture.rgb(), SIZE));
  }

  @Test
  void areSlicesOfTheWholeImages_largerAndSmaller_stretchedAndCropped() {
    RgbPicture larger = noise(411, 300);
    RgbPicture smaller = noise(90, 70);
    CentreCrop crop = CentreCrop.of(larger.extent(), SIZE);
    RgbPicture middle = cropped(larger, crop);

    assertThat(asset(control(larger, ControlFit.STRETCH), around()).rgb())
        .isEqualTo(slice(sized(larger, SIZE), SIZE));
    assertThat(asset(control(smaller, ControlFit.STRETCH), around()).rgb())
        .isEqualTo(slice(sized(smaller, SIZE), SIZE));
    assertThat(asset(control(larger, ControlFit.CROP), around()).rgb())
        .isEqualTo(slice(sized(middle, SIZE), SIZE));
  }

  private static RgbPicture cropped(RgbPicture picture, CentreCrop crop) {
    byte[] rgb = new byte[Math.toIntExact(3 * crop.extent().area())];
    int row = 3 * crop.extent().width();
    for (int y = 0; y < crop.extent().height(); y++) {
      int from = 3 * ((crop.top() + y) * picture.extent().width() + crop.left());
      System.arraycopy(picture.rgb(), from, rgb, y * row, row);
    }
    return new RgbPicture(crop.extent(), rgb);
  }

  @Test
  void areSlicesToo_inADetailThatWasCutOutOfAnImage() {
    RgbPicture picture = noise(411, 280);
    Inpainting cut =
        MaskedPictures.rectangle(AREA, 24, 24, 16, 16, 1)
            .withCut(new PictureCut(new JobId("large"), SIZE, TOP, LEFT));

    assertThat(asset(control(picture, null), cut).rgb())
        .isEqualTo(slice(sized(picture, SIZE), SIZE));
  }

  @Test
  void mustHaveTheAspectOfTheImage_notOfTheArea() {
    RgbPicture square = noise(100, 100);

    assertThatThrownBy(() -> asset(control(square, null), around()))
        .hasMessageContaining("has 100x100 pixels and the image 200x136, another aspect");
  }

  /** 203 by 139 pixels are computed as 208 by 144: what is behind the picture is its edge. */
  @Test
  void lieOnThePicture_whoseSidesAreNoWholeSamples() {
    RgbPicture picture = noise(203, 139);
    Inpainting odd = MaskedPictures.rectangle(picture.extent(), 20, 24, 16, 16, 1);

    RgbPicture seen = asset(control(picture, null), odd);

    for (int y = 0; y < 144; y++) {
      for (int x = 0; x < 208; x++) {
        int from = 3 * (Math.min(y, 138) * 203 + Math.min(x, 202));
        for (int colour = 0; colour < 3; colour++) {
          assertThat(seen.rgb()[3 * (y * 208 + x) + colour])
              .isEqualTo(picture.rgb()[from + colour]);
        }
      }
    }
  }
}
