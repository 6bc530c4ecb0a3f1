package demofusion.coordinator.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FittedPictureTest {
  @TempDir Path folder;

  @Test
  void passesAPictureOfTheRightSizeUnchanged() {
    FittedPicture fitted =
        FittedPicture.read(GoldenData.path("runs/image-2x-euler.png"), new PixelExtent(128, 128));

    Tensor golden = GoldenData.tensors("runs/image-2x-euler.safetensors").tensor("image_lr");
    assertThat(fitted.pixels().shape()).containsExactly(3, 128, 128);
    assertThat(fitted.pixels().values()).containsExactly(golden.values());
    assertThat(fitted.done()).isEmpty();
  }

  @Test
  void saysWhatItDid() {
    assertThat(done(800, 600, 512, 384)).isEqualTo("resized from 800x600 to 512x384");
    assertThat(done(880, 600, 400, 300))
        .isEqualTo("cropped 40 pixels left and 40 right, resized from 800x600 to 400x300");
    assertThat(done(64, 101, 64, 64))
        .isEqualTo("cropped 18 pixels at the top and 19 at the bottom");
    assertThat(done(1, 1000, 64, 64))
        .isEqualTo(
            "cropped 499 pixels at the top and 500 at the bottom, resized from 1x1 to 64x64");
  }

  @Test
  void cropsAroundTheMiddle() {
    byte[] rgb = new byte[3 * 6 * 2];
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = (byte) (n / 3 % 6 * 10); // columns of 0, 10, 20 …
    }

    FittedPicture fitted =
        FittedPicture.fit(new RgbPicture(new PixelExtent(6, 2), rgb), new PixelExtent(2, 2));

    assertThat(Arrays.copyOf(fitted.pixels().values(), 2))
        .containsExactly(20 / 127.5f - 1, 30 / 127.5f - 1);
  }

  @Test
  void keepsAnEvenColour_whateverTheSize() {
    byte[] rgb = new byte[3 * 50 * 40];
    Arrays.fill(rgb, (byte) 200);
    RgbPicture picture = new RgbPicture(new PixelExtent(50, 40), rgb);

    for (PixelExtent wanted : new PixelExtent[] {new PixelExtent(7, 9), new PixelExtent(90, 130)}) {
      for (float value : FittedPicture.fit(picture, wanted).pixels().values()) {
        assertThat(value).isCloseTo(200 / 127.5f - 1, within(1e-6f));
      }
    }
  }

  @Test
  void averagesAwayWhatIsTooFine_whenThePictureShrinks() {
    byte[] rgb = new byte[3 * 512 * 512];
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = (byte) ((n / 3 + n / 3 / 512) % 2 * 255); // a chessboard of single pixels
    }

    float[] values =
        FittedPicture.fit(new RgbPicture(new PixelExtent(512, 512), rgb), new PixelExtent(60, 60))
            .pixels()
            .values();

    for (float value : values) {
      assertThat(value).isCloseTo(0, within(0.02f));
    }
  }

  @Test
  void readsGreyAsItIs() throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
      BufferedImage grey = new BufferedImage(4, 4, type);
      int most = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
      grey.getRaster().setSample(1, 0, 0, 100 * most);

      RgbPicture picture = PictureReader.read(write(grey, "png"));

      for (int channel = 0; channel < 3; channel++) {
        assertThat(picture.sample(1, 0, channel)).isEqualTo(100);
      }
      assertThat(picture.sample(0, 0, 0)).isZero();
    }
  }

  @Test
  void laysWhatIsTransparentOnWhite() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00123456);
    image.setRGB(1, 0, 0x80ff0000);

    RgbPicture picture = PictureReader.read(write(image, "png"));

    assertThat(picture.rgb()).containsExactly(255, 255, 255, 255, 127, 127);
  }

  @Test
  void turnsPhotographsUpright() throws IOException {
    BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    for (int n = 0; n < 8 * 8; n++) {
      image.setRGB(n % 8, n / 8, 0xffffff); // the top left corner is white
    }
    byte[] jpeg = Files.readAllBytes(write(image, "jpeg"));

    RgbPicture picture = PictureReader.read(write(withOrientation(jpeg, 6)));

    assertThat(picture.extent()).isEqualTo(new PixelExtent(16, 32)); // turned clockwise
    assertThat(picture.sample(12, 3, 0)).isGreaterThan(200);
    assertThat(picture.sample(3, 3, 0)).isLessThan(50);
  }

  @Test
  void turnsEveryWay() {
    // Stored as  1 2 3  and turned by each of the eight numbers.
    //            4 5 6
    RgbPicture stored = gray(3, 2, 1, 2, 3, 4, 5, 6);

    assertThat(stored.upright(2)).satisfies(is(3, 2, 3, 2, 1, 6, 5, 4));
    assertThat(stored.upright(3)).satisfies(is(3, 2, 6, 5, 4, 3, 2, 1));
    assertThat(stored.upright(4)).satisfies(is(3, 2, 4, 5, 6, 1, 2, 3));
    assertThat(stored.upright(5)).satisfies(is(2, 3, 1, 4, 2, 5, 3, 6));
    assertThat(stored.upright(6)).satisfies(is(2, 3, 4, 1, 5, 2, 6, 3));
    assertThat(stored.upright(7)).satisfies(is(2, 3, 6, 3, 5, 2, 4, 1));
    assertThat(stored.upright(8)).satisfies(is(2, 3, 3, 6, 2, 5, 1, 4));
  }

  @Test
  void refusesCmyk() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(
          new IIOImage(
              Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null), null, null));
    }

    assertRefused(write(bytes.toByteArray()), "CMYK");
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    assertRefused(
        Files.writeString(folder.resolve("words"), "a picture, I say"), "not a readable image");
    assertRefused(write(new byte[0]), "not a readable image");
    assertRefused(folder, "is not a file");
    assertRefused(folder.resolve("missing"), "does not exist");
  }

  @Test
  void refusesHugePicturesUnread() throws IOException {
    byte[] png = Files.readAllBytes(GoldenData.path("runs/image-2x-euler.png"));
    ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);

    assertRefused(write(png), "100000x100000 pixels, more than the 100000000");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] png = Files.readAllBytes(GoldenData.path("runs/image-2x-euler.png"));

    for (int length = 0; length < png.length; length += 97) {
      assertRefused(write(Arrays.copyOf(png, length)), "image");
    }
  }

  private static void assertRefused(Path path, String expected) {
    assertThatThrownBy(() -> PictureReader.read(path))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(expected);
  }

  private static String done(int width, int height, int wantedWidth, int wantedHeight) {
    RgbPicture picture =
        new RgbPicture(new PixelExtent(width, height), new byte[3 * width * height]);
    return FittedPicture.fit(picture, new PixelExtent(wantedWidth, wantedHeight)).done();
  }

  private static RgbPicture gray(int width, int height, int... values) {
    byte[] rgb = new byte[3 * values.length];
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = (byte) values[n / 3];
    }
    return new RgbPicture(new PixelExtent(width, height), rgb);
  }

  private static Consumer<RgbPicture> is(int width, int height, int... values) {
    return picture -> {
      assertThat(picture.extent()).isEqualTo(new PixelExtent(width, height));
      assertThat(picture.rgb()).containsExactly(gray(width, height, values).rgb());
    };
  }

  /** The JPEG with an Exif segment that says how the camera was held. */
  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(36);
    exif.putShort((short) 0xffe1).putShort((short) 34).put("Exif\0\0".getBytes(US_ASCII));
    exif.put("MM\0*".getBytes(US_ASCII)).putInt(8).putShort((short) 1);
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return ByteBuffer.allocate(jpeg.length + 36)
        .put(jpeg, 0, 2)
        .put(exif.array())
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  private Path write(BufferedImage image, String format) throws IOException {
    Path path = folder.resolve("picture." + format);
    assertThat(ImageIO.write(image, format, path.toFile())).isTrue();
    return path;
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("crafted"), bytes);
  }
}
