package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureFrameTest {
  /** Rises from the left to the right, as wide as it is asked for. */
  private static byte[] ramp(int width, int height) throws IOException {
    PixelRows rows =
        new PixelRows() {
          @Override
          public PixelExtent extent() {
            return new PixelExtent(width, height);
          }

          @Override
          public void read(int y, byte[] rgb) {
            for (int x = 0; x < width; x++) {
              for (int channel = 0; channel < 3; channel++) {
                rgb[3 * x + channel] = (byte) (255 * x / (width - 1));
              }
            }
          }
        };
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PngWriter.write(bytes, rows, Map.of());
    return bytes.toByteArray();
  }

  private static RgbPicture framed(PictureFrame frame, byte[] picture, int width, int height) {
    return PictureReader.read(
        frame.frame(picture, new PixelExtent(width, height)), "framed", Long.MAX_VALUE);
  }

  @ParameterizedTest
  @EnumSource
  void leavesAPictureAlone_thatHasTheAspect(PictureFrame frame) throws IOException {
    byte[] picture = ramp(20, 30);

    assertThat(frame.frame(picture, new PixelExtent(400, 600))).isSameAs(picture);
  }

  @Test
  void stretches_soThatBothEndsAreThere() throws IOException {
    RgbPicture wide = framed(PictureFrame.STRETCHED, ramp(20, 30), 512, 256);
    RgbPicture high = framed(PictureFrame.STRETCHED, ramp(30, 20), 256, 512);

    assertThat(wide.extent()).hasToString("60x30");
    assertThat(wide.sample(0, 0, 0)).isLessThan(8);
    assertThat(wide.sample(59, 29, 2)).isGreaterThan(247);
    assertThat(wide.sample(30, 15, 1)).isBetween(120, 140);
    assertThat(high.extent()).hasToString("30x60");
    assertThat(high.sample(0, 0, 0)).isZero();
    assertThat(high.sample(29, 59, 2)).isEqualTo(255);
    assertThat(high.sample(15, 59, 1)).isEqualTo(high.sample(15, 0, 1));
  }

  @Test
  void fillsWhatIsBeside_withTheOutermostPixels() throws IOException {
    RgbPicture filled = framed(PictureFrame.FILLED, ramp(20, 30), 512, 256);

    assertThat(filled.extent()).hasToString("60x30");
    assertThat(filled.sample(0, 3, 0)).isZero();
    assertThat(filled.sample(20, 3, 0)).isZero();
    assertThat(filled.sample(21, 3, 0)).isEqualTo(255 / 19);
    assertThat(filled.sample(39, 29, 0)).isEqualTo(255);
    assertThat(filled.sample(59, 29, 0)).isEqualTo(255);
  }

  @Test
  void leavesTheCutting_toWhoFitsThePicture() throws IOException {
    byte[] picture = ramp(20, 30);

    assertThat(PictureFrame.CUT.frame(picture, new PixelExtent(512, 256))).isSameAs(picture);
  }

  @Test
  void refusesAnAspect_inWhichItWouldBeHuge() throws IOException {
    byte[] picture = ramp(2, 3000);

    assertThatThrownBy(() -> PictureFrame.STRETCHED.frame(picture, new PixelExtent(80_000, 8)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("2x3000")
        .hasMessageContaining("80000x8");
  }
}
