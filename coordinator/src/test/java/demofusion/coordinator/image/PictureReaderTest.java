package demofusion.coordinator.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that other programs made: read upright, or refused with what to do. */
public class PictureReaderTest {
  private static final int MOST_PIXELS = 10_000;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true.png",
        "palette.png",
        "baseline.jpg",
        "progressive.jpg",
        "restarts.jpg",
        "lossy.webp",
        "lossless.webp",
        "strips.tif",
        "lzw.tif",
        "deflate.tif",
        "jpeg.tif",
        "tiles.tif",
        "palette.gif",
        "animated.gif",
        "true.bmp",
        "palette.bmp",
        "runs.bmp"
      })
  void readsEveryFormat_andRefusesItCutOffAnywhere(String name) throws IOException {
    byte[] whole = sample(name);

    RgbPicture picture = read(whole);
    assertThat(picture.extent()).isEqualTo(new PixelExtent(40, 24));
    assertThat(Waves.distance(picture)).isLessThan(6);
    assertThat(PictureReader.read(Files.write(folder.resolve("a"), whole)).rgb())
        .isEqualTo(picture.rgb());
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .as("%s of %s bytes", length, whole.length)
          .isInstanceOf(DemofusionException.class)
          .hasMessageMatching(
              length < 18 ? "image of a test .*" : "image of a test is cut off: .* copy it again");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpha-lossy.webp", "alpha-lossless.webp"})
  void laysATransparentWebpOnWhite(String name) throws IOException {
    RgbPicture picture = read(sample(name));

    assertThat(picture.sample(3, 12, 1)).isGreaterThan(250);
    assertThat(Waves.distance(picture, 8)).isLessThan(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "turned-I.jpg",
        "turned-M.jpg",
        "turned-I.png",
        "turned-M.png",
        "turned-behind.png",
        "turned-raw.png",
        "turned-I.webp",
        "turned-M.webp",
        "turned.tif"
      })
  void turnsWhatSaysHowItWasHeld_whateverTheFormat(String name) throws IOException {
    RgbPicture picture = read(sample(name));

    assertThat(picture.extent()).isEqualTo(new PixelExtent(40, 24));
    assertThat(Waves.distance(picture)).isLessThan(6);
  }

  @Test
  void takesABrokenExifBlockForNone() throws IOException {
    byte[] whole = sample("turned-M.png");
    int exif = indexOf(whole, "eXIf") + 4;
    for (int n = 0; n < 26; n++) {
      for (int value : new int[] {0, 0x7f, 0xff}) {
        byte[] broken = whole.clone();
        broken[exif + n] = (byte) value;

        assertThat(read(broken).extent().area()).isEqualTo(960);
      }
    }
  }

  @Test
  void readsAJpeg_thatGoesOnBehindItsEnd() throws IOException {
    byte[] whole = sample("baseline.jpg");
    for (int padding : new int[] {1, 2, 3, 1000}) {
      byte[] padded = Arrays.copyOf(whole, whole.length + padding);
      Arrays.fill(padded, whole.length, padded.length, (byte) (padding % 2 == 0 ? 0xff : 0));

      assertThat(Waves.distance(read(padded))).isLessThan(6);
    }
  }

  @Test
  void refusesAJpegOfTooFewPixels_thoughItEnds() throws IOException {
    for (String name : new String[] {"baseline.jpg", "restarts.jpg"}) {
      byte[] whole = sample(name);
      int scan = indexOf(whole, "\u00ff\u00da") + 14;
      for (int length = scan; length < whole.length - 20; length += 11) {
        byte[] mended = Arrays.copyOf(whole, length + 2);
        mended[length] = (byte) 0xff;
        mended[length + 1] = (byte) 0xd9;
        if ((mended[length - 1] & 0xff) == 0xff) {
          continue; // that would be padding before the end
        }

        assertThatThrownBy(() -> read(mended))
            .as("%s of %s bytes", length, whole.length)
            .isInstanceOf(DemofusionException.class)
            .hasMessageContaining("is cut off or corrupt");
      }
    }
  }

  @Test
  void refusesHugePictures_beforeAnythingIsMadeOfThatSize() throws IOException {
    byte[] png = sample("true.png");
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    byte[] jpeg = sample("baseline.jpg");
    ByteBuffer.wrap(jpeg).putShort(indexOf(jpeg, "\u00ff\u00c0") + 5, (short) 60_000);
    byte[] webp = sample("lossy.webp");
    ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).putShort(26, (short) 16_000);
    byte[] gif = sample("palette.gif");
    int descriptor = indexOf(gif, ",\0\0\0\0");
    ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putInt(descriptor + 5, 0xfff0_fff0);

    for (byte[] huge : new byte[][] {png, jpeg, webp, gif}) {
      assertThatThrownBy(() -> read(huge))
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("pixels, more than the 10000 that are accepted");
    }
  }

  @Test
  void refusesHugeBitmapsAndTiffs_whoseFilesAreTooShortForThem() throws IOException {
    byte[] bmp = sample("true.bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 2_000_000_000);
    byte[] wide = sample("lzw.tif");
    ByteBuffer.wrap(wide)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(valueOf(wide, 0x0100), (short) 60_000);
    byte[] tiles = sample("tiles.tif");
    ByteBuffer.wrap(tiles).putInt(valueOf(tiles, 0x4201), 60_000);
    ByteBuffer.wrap(tiles).putInt(valueOf(tiles, 0x4301), 60_000);
    byte[] overflowing = sample("tiles.tif");
    ByteBuffer.wrap(overflowing).putInt(valueOf(tiles, 0x4201), 0xf000_0000);
    ByteBuffer.wrap(overflowing).putInt(valueOf(tiles, 0x4301), 0xf000_0000);

    assertThatThrownBy(() -> read(bmp)).hasMessageContaining("is cut off");
    assertThatThrownBy(() -> read(wide)).hasMessageContaining("more than the 10000 that are");
    assertThatThrownBy(() -> read(tiles)).hasMessageContaining("its tiles have 60000x60000 pixels");
    assertThatThrownBy(() -> read(overflowing)).hasMessageContaining("its tiles have 4026531840x");
  }

  /** Where a TIFF keeps the one number of a tag, whose two bytes are given in the file's order. */
  private static int valueOf(byte[] tiff, int tag) {
    for (int n = 8; n < tiff.length - 12; n += 2) {
      int type = tiff[n + 2] + tiff[n + 3];
      boolean isTag = (tiff[n] & 0xff) == (tag & 0xff) && tiff[n + 1] == tag >> 8;
      boolean isOne = tiff[n + 4] + tiff[n + 5] + tiff[n + 6] + tiff[n + 7] == 1;
      if (isTag && isOne && (type == 3 || type == 4)) {
        return n + 8;
      }
    }
    throw new AssertionError("no tag " + tag);
  }

  @Test
  void refusesAWebp_whosePixelsAreMoreThanItSays() throws IOException {
    byte[] webp = sample("alpha-lossy.webp");
    webp[24]++;

    assertThatThrownBy(() -> read(webp))
        .hasMessage(
            "image of a test cannot be read as a WebP: it says that it has 41x24 pixels and has"
                + " 40x24");
  }

  @Test
  void namesWhatItDoesNotRead() throws IOException {
    assertThatThrownBy(() -> read(sample("avif.avif")))
        .hasMessage("image of a test is an AVIF picture; convert it to PNG, JPEG or WebP");
    assertThatThrownBy(() -> read(sample("animated.webp"))).hasMessageContaining("it is animated;");
    assertThatThrownBy(() -> read(sample("cmyk.jpg"))).hasMessageContaining("is in CMYK");
  }

  private static RgbPicture read(byte[] bytes) {
    return PictureReader.read(bytes, "of a test", MOST_PIXELS);
  }

  private static int indexOf(byte[] bytes, String latin) {
    return new String(bytes, ISO_8859_1).indexOf(latin);
  }

  public static byte[] sample(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(PictureReaderTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
