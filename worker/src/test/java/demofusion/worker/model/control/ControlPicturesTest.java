package demofusion.worker.model.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.picture.CubicAxis;
import demofusion.protocol.picture.PillowResizing;
import demofusion.protocol.picture.ResizingKernel;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import demofusion.protocol.work.PixelCut;
import demofusion.worker.model.JobAssets;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cuts of pictures against the same made of the whole picture, step by step. */
class ControlPicturesTest {
  private static final AssetId FILE = new AssetId("picture");
  private static final AssetId MASK = new AssetId("mask");

  /** (height, width, 3) */
  private static final PixelExtent EXTENT = new PixelExtent(61, 47);

  private static final BufferedImage RGB = noise(EXTENT, BufferedImage.TYPE_INT_RGB, 1);
  private static final BufferedImage GREY = noise(EXTENT, BufferedImage.TYPE_BYTE_GRAY, 2);
  private static final Asset.PictureFile PICTURE = new Asset.PictureFile(FILE, png(RGB));
  private static final JobAssets ASSETS =
      JobAssets.of(PICTURE, new Asset.PictureFile(MASK, png(GREY)));

  private final ControlPictures pictures = new ControlPictures();

  static Stream<List<Resizing>> resizings() {
    Resizing small = lanczos(32, 24);
    return Stream.of(
        List.of(small),
        List.of(lanczos(61, 47)),
        List.of(lanczos(2300, 2000)),
        List.of(bicubic(96, 72)),
        List.of(bicubic(183, 141)), // three times: every third sample lies on one of before
        List.of(small, bicubic(64, 48)),
        List.of(lanczos(11, 15), bicubic(55, 45), bicubic(85, 63)),
        List.of(small, bicubic(64, 48), bicubic(96, 72), bicubic(128, 96)));
  }

  @ParameterizedTest
  @MethodSource("resizings")
  void cutsWhatTheWholePictureHas(List<Resizing> resizings) {
    PixelExtent size = resizings.get(resizings.size() - 1).to();
    Tensor whole = whole(resizings);
    List<PixelCut> cuts =
        List.of(
            new PixelCut(-5, -7, 1, 40, 33),
            new PixelCut(size.height() - 20, size.width() - 9, 1, 40, 33),
            new PixelCut(-3, -8, 3, 40, 33),
            new PixelCut(2, 1, 4, 40, 33),
            new PixelCut(size.height(), 0, 1, 40, 33),
            new PixelCut(-40, 0, 1, 40, 33));

    Tensor views = pictures.cut(input(resizings, null, false, cuts), ASSETS);

    assertThat(views.shape()).containsExactly(6, 3, 40, 33);
    for (int view = 0; view < cuts.size(); view++) {
      PixelCut cut = cuts.get(view);
      for (int channel = 0; channel < 3; channel++) {
        for (int m = 0; m < 40; m++) {
          for (int n = 0; n < 33; n++) {
            int y = cut.top() + cut.step() * m;
            int x = cut.left() + cut.step() * n;
            float expected =
                y < 0 || x < 0 || y >= size.height() || x >= size.width()
                    ? 0
                    : whole.values()[(channel * size.height() + y) * size.width() + x];
            assertThat(views.values()[((view * 3 + channel) * 40 + m) * 33 + n])
                .isCloseTo(expected, within(2e-6f));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("resizings")
  void cutsTheSame_whereverACutBegins(List<Resizing> resizings) {
    PixelExtent size = resizings.get(resizings.size() - 1).to();
    float[] whole = whole(resizings).values();
    for (int step = 1; step <= 3; step++) {
      for (int begin = 0; begin < 14; begin++) {
        float[] cut = cut(pictures, resizings, new PixelCut(begin, begin, step, 3, 3));
        for (int at = 0; at < 9; at++) {
          int y = begin + at / 3 * step;
          int x = begin + at % 3 * step;
          assertThat(cut[at])
              .as("%s from %s, every %s", at, begin, step)
              .isCloseTo(whole[y * size.width() + x], within(2e-6f));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("resizings")
  void hasTheSameBitsInEveryCut(List<Resizing> resizings) {
    PixelCut large = new PixelCut(-3, 4, 1, 24, 20);
    PixelCut shifted = new PixelCut(1, 6, 1, 24, 20);
    PixelCut sparse = new PixelCut(-3, 4, 2, 24, 20);

    float[] first = cut(new ControlPictures(), resizings, large);
    float[] second = cut(new ControlPictures(), resizings, shifted);
    float[] third = cut(new ControlPictures(0), resizings, sparse);

    for (int channel = 0; channel < 3; channel++) {
      for (int m = 0; m < 12; m++) {
        for (int n = 0; n < 10; n++) {
          assertThat(first[(channel * 24 + m + 4) * 20 + n + 2])
              .isEqualTo(second[(channel * 24 + m) * 20 + n]);
          assertThat(first[(channel * 24 + 2 * m) * 20 + 2 * n])
              .isEqualTo(third[(channel * 24 + m) * 20 + n]);
        }
      }
    }
  }

  @Test
  void isExactWithoutResizing() {
    float[] cut = cut(pictures, List.of(lanczos(61, 47)), new PixelCut(10, 20, 1, 3, 4));

    for (int channel = 0; channel < 3; channel++) {
      for (int m = 0; m < 3; m++) {
        for (int n = 0; n < 4; n++) {
          int sample = RGB.getRaster().getSample(20 + n, 10 + m, channel);
          assertThat(cut[(channel * 3 + m) * 4 + n]).isEqualTo(sample / 255f);
        }
      }
    }
  }

  @Test
  void turnsColoursRoundForNetworksThatWantBlueFirst() {
    List<Resizing> sizes = List.of(lanczos(32, 24), bicubic(64, 48));
    PixelCut cut = new PixelCut(0, 0, 1, 48, 64);

    float[] plain = pictures.cut(input(sizes, null, false, List.of(cut)), ASSETS).values();
    float[] turned = pictures.cut(input(sizes, null, true, List.of(cut)), ASSETS).values();

    int plane = 48 * 64;
    for (int channel = 0; channel < 3; channel++) {
      assertThat(Arrays.copyOfRange(turned, (2 - channel) * plane, (3 - channel) * plane))
          .isEqualTo(Arrays.copyOfRange(plain, channel * plane, (channel + 1) * plane));
    }
  }

  @Test
  void putsMinusOneWhereTheMaskIs() {
    List<Resizing> sizes = List.of(lanczos(32, 24));
    PixelCut cut = new PixelCut(-1, 0, 1, 25, 32);

    float[] plain = pictures.cut(input(sizes, null, false, List.of(cut)), ASSETS).values();
    float[] masked = pictures.cut(input(sizes, MASK, false, List.of(cut)), ASSETS).values();

    int drawn = 0;
    for (int n = 0; n < plain.length; n++) {
      int y = n / 32 % 25 - 1;
      boolean isMasked = y >= 0 && isMasked(y, n % 32, 24, 32);
      assertThat(masked[n]).isEqualTo(isMasked ? -1 : plain[n]);
      drawn += isMasked ? 0 : 1;
    }
    assertThat(drawn).isBetween(1, plain.length - 1);
  }

  @Test
  void widensGrey() {
    List<Resizing> sizes = List.of(lanczos(32, 24), bicubic(64, 48));
    ControlPicture grey = new ControlPicture(MASK, null, sizes);
    ControlInput input =
        new ControlInput(
            "a".repeat(64), false, null, 1, false, grey, List.of(new PixelCut(0, 0, 1, 48, 64)));

    float[] values = pictures.cut(input, ASSETS).values();

    int plane = 48 * 64;
    assertThat(Arrays.copyOfRange(values, plane, 2 * plane))
        .isEqualTo(Arrays.copyOfRange(values, 0, plane))
        .isEqualTo(Arrays.copyOfRange(values, 2 * plane, 3 * plane));
  }

  @Test
  void looksAtThePictureOfTheJob() {
    List<Resizing> sizes = List.of(lanczos(61, 47));
    PixelCut cut = new PixelCut(0, 0, 1, 47, 61);
    Asset.PictureFile other =
        new Asset.PictureFile(FILE, png(noise(EXTENT, BufferedImage.TYPE_INT_RGB, 3)));
    ControlInput input = input(sizes, null, false, List.of(cut));

    Tensor ofOne = pictures.cut(input, ASSETS);
    Tensor ofOther = pictures.cut(input, JobAssets.of(other));

    assertThat(ofOther).isNotEqualTo(ofOne);
    assertThat(pictures.cut(input, ASSETS)).isEqualTo(ofOne);
    assertThatThrownBy(() -> pictures.cut(input, JobAssets.of()))
        .hasMessageContaining("did not receive the job's asset \"picture\"");
  }

  @Test
  void keepsNothingOfWhatIsLetGo_andMakesItAgainForWhoAsks() {
    ControlInput input =
        input(List.of(lanczos(61, 47)), null, false, List.of(new PixelCut(0, 0, 1, 47, 61)));
    Tensor before = pictures.cut(input, ASSETS);
    assertThat(pictures.bytes()).isPositive();

    pictures.letGo(List.of(new AssetId("another")));
    assertThat(pictures.bytes()).isPositive();
    pictures.letGo(List.of(FILE));

    assertThat(pictures.bytes()).isZero();
    assertThat(pictures.cut(input, ASSETS)).isEqualTo(before);
  }

  /** What was resized stands beside what was decoded, and goes first. */
  @Test
  void keepsAsManySizesAsTheirBytesMayBe() {
    PixelCut cut = new PixelCut(0, 0, 1, 8, 8);
    cut(pictures, List.of(lanczos(61, 47)), cut);
    long decoded = pictures.bytes();
    cut(pictures, List.of(lanczos(32, 24)), cut);
    cut(pictures, List.of(lanczos(40, 30)), cut);

    assertThat(pictures.bytes()).isEqualTo(decoded + 3 * (32 * 24 + 40 * 30));

    ControlPictures few = new ControlPictures(decoded + 3 * 40 * 30);
    float[] small = cut(few, List.of(lanczos(32, 24)), cut);
    cut(few, List.of(lanczos(40, 30)), cut);

    assertThat(few.bytes()).isEqualTo(decoded + 3 * 40 * 30);
    assertThat(cut(few, List.of(lanczos(32, 24)), cut)).isEqualTo(small);
    assertThat(few.bytes()).isEqualTo(decoded + 3 * 32 * 24);
  }

  @Test
  void refusesWhatIsNoPictureOfEightBits() {
    BufferedImage deep = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
    for (byte[] file : List.of(new byte[] {1, 2, 3}, png(deep))) {
      ControlInput input =
          input(List.of(lanczos(4, 4)), null, false, List.of(new PixelCut(0, 0, 1, 4, 4)));

      assertThatThrownBy(() -> pictures.cut(input, JobAssets.of(new Asset.PictureFile(FILE, file))))
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("cannot be read as a PNG of 8 bits");
    }
  }

  private static float[] cut(ControlPictures pictures, List<Resizing> sizes, PixelCut cut) {
    return pictures.cut(input(sizes, null, false, List.of(cut)), ASSETS).values();
  }

  private static ControlInput input(
      List<Resizing> sizes, @Nullable AssetId mask, boolean blueFirst, List<PixelCut> cuts) {
    return new ControlInput(
        "a".repeat(64), blueFirst, null, 1, false, new ControlPicture(FILE, mask, sizes), cuts);
  }

  /** Any pixel of the mask in a pixel's share of it. */
  private static boolean isMasked(int y, int x, int height, int width) {
    for (int row = y * 47 / height; row * height < (y + 1) * 47; row++) {
      for (int column = x * 61 / width; column * width < (x + 1) * 61; column++) {
        if (GREY.getRaster().getSample(column, row, 0) >= 128) {
          return true;
        }
      }
    }
    return false;
  }

  /** (3, height, width), one size after the other in float32. */
  private static Tensor whole(List<Resizing> sizes) {
    PixelExtent extent = EXTENT;
    byte[] bytes = new byte[3 * (int) EXTENT.area()];
    int[] samples = RGB.getRaster().getPixels(0, 0, 61, 47, (int[]) null);
    for (int n = 0; n < bytes.length; n++) {
      bytes[n] = (byte) samples[n];
    }
    List<Resizing> rest = new ArrayList<>(sizes);
    if (sizes.get(0).filter() == Filter.LANCZOS) {
      extent = rest.remove(0).to();
      bytes = new PillowResizing(EXTENT, extent, 3, ResizingKernel.LANCZOS).whole(bytes);
    }
    Tensor picture = Tensor.zeros(3, extent.height(), extent.width());
    int plane = (int) extent.area();
    for (int n = 0; n < bytes.length; n++) {
      picture.values()[n % 3 * plane + n / 3] = (bytes[n] & 0xff) / 255f;
    }
    for (Resizing size : rest) {
      picture = enlarged(picture, size.to());
    }
    return picture;
  }

  private static Tensor enlarged(Tensor from, PixelExtent to) {
    int height = from.shape()[1];
    int width = from.shape()[2];
    CubicAxis rows = CubicAxis.of(height, to.height());
    CubicAxis columns = CubicAxis.of(width, to.width());
    Tensor result = Tensor.zeros(3, to.height(), to.width());
    for (int line = 0; line < 3 * to.height(); line++) {
      int y = line % to.height();
      for (int x = 0; x < to.width(); x++) {
        float sum = 0;
        for (int i = 0; i < CubicAxis.TAPS; i++) {
          int row = (line / to.height() * height + rows.index(y, i)) * width;
          float across = 0;
          for (int j = 0; j < CubicAxis.TAPS; j++) {
            across += columns.weight(x, j) * from.values()[row + columns.index(x, j)];
          }
          sum += rows.weight(y, i) * across;
        }
        result.values()[line * to.width() + x] = sum;
      }
    }
    return result;
  }

  private static Resizing lanczos(int width, int height) {
    return new Resizing(Filter.LANCZOS, new PixelExtent(width, height));
  }

  private static Resizing bicubic(int width, int height) {
    return new Resizing(Filter.BICUBIC, new PixelExtent(width, height));
  }

  private static BufferedImage noise(PixelExtent extent, int type, long seed) {
    BufferedImage image = new BufferedImage(extent.width(), extent.height(), type);
    Random random = new Random(seed);
    for (int y = 0; y < extent.height(); y++) {
      for (int x = 0; x < extent.width(); x++) {
        for (int band = 0; band < image.getRaster().getNumBands(); band++) {
          boolean isMark = type == BufferedImage.TYPE_BYTE_GRAY && random.nextInt(6) > 0;
          image.getRaster().setSample(x, y, band, isMark ? 127 : random.nextInt(256));
        }
      }
    }
    return image;
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
