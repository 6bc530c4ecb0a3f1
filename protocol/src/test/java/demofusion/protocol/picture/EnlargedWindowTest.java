package demofusion.protocol.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnlargedWindowTest {
  private static final PixelExtent PICTURE = new PixelExtent(23, 17);

  private final byte[] rgb = new byte[3 * PICTURE.width() * PICTURE.height()];

  /** A whole picture, its corners, a pixel, and one that becomes smaller. */
  @ParameterizedTest
  @CsvSource({
    "46,34,0,0,34,46",
    "46,34,18,22,16,24",
    "46,34,0,0,16,24",
    "61,50,13,9,8,31",
    "61,50,49,60,1,1",
    "23,17,0,0,17,23",
    "9,7,1,2,5,6"
  })
  void hasTheBitsOfTheWholePicture(
      int wholeWidth, int wholeHeight, int top, int left, int height, int width) {
    new Random(4).nextBytes(rgb);
    PixelExtent enlarged = new PixelExtent(wholeWidth, wholeHeight);
    EnlargedWindow.Place place =
        new EnlargedWindow.Place(PICTURE, enlarged, top, left, height, width);

    Tensor window = new EnlargedWindow(place, cut(place)).pixels();

    assertThat(window.shape()).containsExactly(3, height, width);
    for (int n = 0; n < window.values().length; n++) {
      int y = top + n / width % height;
      float wanted = sample(enlarged, n / (height * width), y, left + n % width);
      assertThat(Float.floatToRawIntBits(window.values()[n]))
          .isEqualTo(Float.floatToRawIntBits(wanted));
    }
  }

  private byte[] cut(EnlargedWindow.Place place) {
    int columns = place.lastColumn() - place.firstColumn() + 1;
    byte[] cut = new byte[(int) place.bytes()];
    for (int n = 0; n < cut.length; n++) {
      int row = place.firstRow() + n / 3 / columns;
      int column = place.firstColumn() + n / 3 % columns;
      cut[n] = rgb[3 * (row * PICTURE.width() + column) + n % 3];
    }
    return cut;
  }

  /** By the definition: four rows of four pixels. */
  private float sample(PixelExtent enlarged, int colour, int y, int x) {
    CubicAxis rows = CubicAxis.of(PICTURE.height(), enlarged.height());
    CubicAxis columns = CubicAxis.of(PICTURE.width(), enlarged.width());
    float sum = 0;
    for (int i = 0; i < CubicAxis.TAPS; i++) {
      float across = 0;
      for (int j = 0; j < CubicAxis.TAPS; j++) {
        int at = rows.index(y, i) * PICTURE.width() + columns.index(x, j);
        across += columns.weight(x, j) * (float) ((rgb[3 * at + colour] & 0xff) / 127.5 - 1);
      }
      sum += rows.weight(y, i) * across;
    }
    return sum;
  }

  @Test
  void isRefused_whereItDoesNotLieInThePicture() {
    PixelExtent enlarged = new PixelExtent(46, 34);

    assertThatThrownBy(() -> new EnlargedWindow.Place(PICTURE, enlarged, 20, 0, 16, 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a window of 24x16 at 0, 20 does not lie in a picture of 46x34");
    assertThatThrownBy(
            () -> new EnlargedWindow.Place(PICTURE, enlarged, 0, 2_000_000_000, 16, 2_000_000_000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new EnlargedWindow.Place(PICTURE, new PixelExtent(1 << 20, 34), 0, 0, 16, 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536");
  }

  @Test
  void isRefused_withOtherPixelsThanItIsMadeOf() {
    EnlargedWindow.Place place =
        new EnlargedWindow.Place(PICTURE, new PixelExtent(46, 34), 0, 0, 16, 24);

    assertThatThrownBy(() -> new EnlargedWindow(place, new byte[12]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12 bytes are not the " + place.bytes());
  }
}
