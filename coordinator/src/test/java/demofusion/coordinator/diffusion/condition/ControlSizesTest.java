package demofusion.coordinator.diffusion.condition;

import static demofusion.protocol.work.ControlPicture.Filter.BICUBIC;
import static demofusion.protocol.work.ControlPicture.Filter.LANCZOS;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.condition.ControlSizes.Way;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.ControlPicture.Resizing;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlSizesTest {
  private static final PixelExtent FIRST = new PixelExtent(128, 96);
  private static final PixelExtent SECOND = new PixelExtent(256, 192);
  private static final PixelExtent THIRD = new PixelExtent(384, 288);
  private static final ControlSizes SIZES = new ControlSizes(List.of(FIRST, SECOND, THIRD));
  private static final PixelExtent ORIGINAL = new PixelExtent(300, 200);

  @Test
  void resizesTheOriginalAnew_inEightBitsWhereNeitherSideGrows() {
    assertThat(SIZES.local(Way.FRESH, ORIGINAL, 1)).containsExactly(new Resizing(LANCZOS, FIRST));
    assertThat(SIZES.local(Way.FRESH, ORIGINAL, 2)).containsExactly(new Resizing(LANCZOS, SECOND));
    assertThat(SIZES.local(Way.FRESH, ORIGINAL, 3)).containsExactly(new Resizing(BICUBIC, THIRD));
  }

  @Test
  void resizesToPhase1InEightBits_evenWhereItGrows() {
    PixelExtent small = new PixelExtent(40, 30);

    assertThat(SIZES.local(Way.FRESH, small, 1)).containsExactly(new Resizing(LANCZOS, FIRST));
  }

  @Test
  void takesTheCubicWayWhereOneSideGrows() {
    PixelExtent wide = new PixelExtent(2000, 191);

    assertThat(SIZES.local(Way.FRESH, wide, 2)).containsExactly(new Resizing(BICUBIC, SECOND));
  }

  @Test
  void goesThroughAllPhasesInAChain() {
    assertThat(SIZES.local(Way.CHAIN, ORIGINAL, 3))
        .containsExactly(
            new Resizing(LANCZOS, FIRST),
            new Resizing(BICUBIC, SECOND),
            new Resizing(BICUBIC, THIRD))
        .isEqualTo(SIZES.dilated(Way.CHAIN, 3));
  }

  @Test
  void enlargesThePictureOfThePhaseBefore() {
    assertThat(SIZES.local(Way.PHASE, SECOND, 3)).containsExactly(new Resizing(BICUBIC, THIRD));
  }

  @Test
  void showsDilatedViewsNothingFinerThanPhase1() {
    assertThat(SIZES.dilated(Way.FRESH, 3))
        .containsExactly(new Resizing(LANCZOS, FIRST), new Resizing(BICUBIC, THIRD))
        .isEqualTo(SIZES.dilated(Way.PHASE, 3));
  }
}
