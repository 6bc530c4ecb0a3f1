package demofusion.coordinator.diffusion.resize;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnlargedPictureTest {
  private static final PixelExtent SMALL = new PixelExtent(20, 13);
  private static final PixelExtent LARGE = new PixelExtent(47, 32);

  private final byte[] rgb = new byte[3 * SMALL.width() * SMALL.height()];

  @Test
  void isTheWholeEnlargedPictureInEveryWindow() {
    new Random(1).nextBytes(rgb);
    float[] whole = whole();
    EnlargedPicture picture = new EnlargedPicture(PhasePicture.of(SMALL, rgb), LARGE);

    for (int top : new int[] {0, 7, LARGE.height() - 16}) {
      for (int left : new int[] {0, 11, LARGE.width() - 24}) {
        Tensor window = picture.window(top, left, 16, 24);

        assertThat(window.shape()).containsExactly(3, 16, 24);
        for (int n = 0; n < window.values().length; n++) {
          int row = n / (16 * 24) * LARGE.height() + top + n / 24 % 16;
          assertThat(window.values()[n]).isEqualTo(whole[row * LARGE.width() + left + n % 24]);
        }
      }
    }
  }

  /** Each looks at two rows more than those that lie under it, where there are any. */
  @Test
  void canBeAskedForAWindow_whenTheRowsThatItIsMadeOfAreThere() {
    for (int top = 0; top + 8 <= LARGE.height(); top++) {
      int readable = 0;
      while (!until(readable).isReadable(top, 0, 8, 24)) {
        readable++;
      }
      double last = (top + 7.5) * SMALL.height() / LARGE.height() - 0.5;
      assertThat(readable).isEqualTo(Math.min(SMALL.height(), (int) Math.floor(last) + 3));
      assertThat(until(readable).window(top, 0, 8, 24).values())
          .isEqualTo(until(SMALL.height()).window(top, 0, 8, 24).values());
    }
  }

  /** The picture while so many of its rows are there. */
  private EnlargedPicture until(int readable) {
    PhasePicture whole = PhasePicture.of(SMALL, rgb);
    return new EnlargedPicture(
        new PhasePicture() {
          @Override
          public PixelExtent extent() {
            return SMALL;
          }

          @Override
          public int readableRows() {
            return readable;
          }

          @Override
          public void rows(int from, int count, byte[] into) {
            assertThat(from + count).isLessThanOrEqualTo(readable);
            whole.rows(from, count, into);
          }
        },
        LARGE);
  }

  /** By the operation that has golden data. */
  private float[] whole() {
    int area = SMALL.width() * SMALL.height();
    float[] planes = new float[3 * area];
    for (int n = 0; n < planes.length; n++) {
      planes[n] = (float) ((rgb[n % area * 3 + n / area] & 0xff) / 127.5 - 1);
    }
    float[] whole = new float[3 * LARGE.width() * LARGE.height()];
    Bicubic.resize(
        new Latent(3, new LatentExtent(SMALL.height(), SMALL.width()), planes),
        new LatentExtent(LARGE.height(), LARGE.width()),
        (from, band, count) -> System.arraycopy(band, 0, whole, from, count));
    return whole;
  }
}
