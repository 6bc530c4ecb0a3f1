package demofusion.coordinator.diffusion.condition;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.RandomStreams;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.LocalWindows;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.work.PixelCut;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the definition, word for word: pictures that are padded whole and then cut. */
class ViewCutsTest {
  private static final int FACTOR = 8;
  private static final MicroConditioning WHOLE = new MicroConditioning(1, 1, 0, 0, 1, 1);

  @ParameterizedTest(name = "{0}x{1} in windows of {2} every {3}")
  @CsvSource({"8, 8, 8, 4", "16, 12, 8, 3", "16, 8, 8, 5", "21, 24, 8, 2", "5, 24, 8, 8"})
  void cutsWindowsOutOfThePaddedPicture(int height, int width, int side, int stride) {
    int[][] picture = picture(height * FACTOR, width * FACTOR);
    int jitter = LocalWindows.jitterRange(side, stride);
    int pad = jitter * FACTOR;
    int[][] padded = padded(picture, pad, pad, pad, pad);
    LocalWindows windows = new LocalWindows(new LatentExtent(height, width), side, stride);

    for (Window window : windows.jittered(RandomStreams.of(3).python())) {
      int[][] expected = new int[window.height() * FACTOR][window.width() * FACTOR];
      for (int m = 0; m < expected.length; m++) {
        for (int n = 0; n < expected[m].length; n++) {
          expected[m][n] =
              padded[(window.top() + jitter) * FACTOR + m][(window.left() + jitter) * FACTOR + n];
        }
      }

      assertThat(cut(picture, ViewCuts.of(new View.Local(window, WHOLE), FACTOR)))
          .isDeepEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "{0}x{1}, every {2}")
  @CsvSource({"16, 16, 2", "24, 24, 3", "17, 16, 2", "24, 13, 3", "25, 30, 4", "40, 23, 5"})
  void cutsDilatedViewsOutOfThePictureThatIsPaddedAtTheTopAndLeft(
      int height, int width, int dilation) {
    int[][] picture = picture(height * FACTOR, width * FACTOR);
    int down = (dilation - height % dilation) % dilation;
    int across = (dilation - width % dilation) % dilation;
    int beyond = dilation * FACTOR;
    int[][] padded = padded(picture, down * FACTOR, across * FACTOR, beyond, beyond);

    for (View view : dilated(new Dilation(new LatentExtent(height, width), dilation))) {
      Dilation.Offset offset = ((View.Dilated) view).offset();
      int[][] expected =
          new int[(height + down) * FACTOR / dilation][(width + across) * FACTOR / dilation];
      for (int m = 0; m < expected.length; m++) {
        for (int n = 0; n < expected[m].length; n++) {
          expected[m][n] =
              padded[offset.row() * FACTOR + dilation * m][offset.column() * FACTOR + dilation * n];
        }
      }

      assertThat(cut(picture, ViewCuts.of(view, FACTOR))).isDeepEqualTo(expected);
    }
  }

  private static List<View> dilated(Dilation dilation) {
    List<View> views = new ArrayList<>();
    for (Dilation.Offset offset : dilation.offsets()) {
      views.add(new View.Dilated(dilation, offset, WHOLE));
    }
    return views;
  }

  /** No two pixels are alike, and none is 0. */
  private static int[][] picture(int height, int width) {
    int[][] picture = new int[height][width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture[y][x] = 1 + y * width + x;
      }
    }
    return picture;
  }

  private static int[][] padded(int[][] picture, int top, int left, int bottom, int right) {
    int[][] padded = new int[top + picture.length + bottom][left + picture[0].length + right];
    for (int y = 0; y < picture.length; y++) {
      System.arraycopy(picture[y], 0, padded[top + y], left, picture[y].length);
    }
    return padded;
  }

  /** What a cut is by its own definition. */
  private static int[][] cut(int[][] picture, PixelCut cut) {
    int[][] view = new int[cut.height()][cut.width()];
    for (int m = 0; m < cut.height(); m++) {
      for (int n = 0; n < cut.width(); n++) {
        int y = cut.top() + cut.step() * m;
        int x = cut.left() + cut.step() * n;
        boolean isInside = y >= 0 && y < picture.length && x >= 0 && x < picture[0].length;
        view[m][n] = isInside ? picture[y][x] : 0;
      }
    }
    return view;
  }
}
