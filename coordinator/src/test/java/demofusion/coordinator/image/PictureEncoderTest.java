package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureEncoderTest {
  private static final String SETTINGS =
      "a lighthouse, 灯台 \ud83d\ude00\nNegative prompt: fog\nSteps: 20, Sampler: DDIM, Seed: 7";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(WrittenFormat.class)
  void writesWhatIsReadBack(WrittenFormat format) throws IOException {
    byte[] bytes = write(PictureEncoder.of(format, null), new Waves(40, 24), SETTINGS);

    RgbPicture read = PictureReader.read(bytes, "of a test", 1000);
    assertThat(read.extent()).isEqualTo(new PixelExtent(40, 24));
    assertThat(Waves.distance(read)).isLessThan(format == WrittenFormat.PNG ? 1e-9 : 8);
    assertThat(PictureText.read(bytes, "of a test")).isEqualTo(Map.of("parameters", SETTINGS));
  }

  @Test
  void losesNothing_inAWebpOfTheBestQuality() throws IOException {
    PictureEncoder best = PictureEncoder.of(WrittenFormat.WEBP, 100);

    assertThat(Waves.distance(PictureReader.read(write(best, new Waves(40, 24), ""), "", 1000)))
        .isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = WrittenFormat.class,
      names = {"JPEG", "WEBP"})
  void losesMore_theLowerTheQuality(WrittenFormat format) throws IOException {
    byte[] low = write(PictureEncoder.of(format, 10), new Waves(200, 100), "");
    byte[] high = write(PictureEncoder.of(format, 95), new Waves(200, 100), "");

    assertThat(low.length).isLessThan(high.length);
    assertThat(Waves.distance(PictureReader.read(low, "", 100_000)))
        .isGreaterThan(Waves.distance(PictureReader.read(high, "", 100_000)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 30_000, 40_000, 200_000})
  void keepsSettingsOfAnyLength(int length) throws IOException {
    String settings = "x".repeat(length) + "\nSteps: 20, Sampler: DDIM, Seed: 7";

    for (WrittenFormat format : WrittenFormat.values()) {
      byte[] bytes = write(PictureEncoder.of(format, null), new Waves(16, 16), settings);
      assertThat(PictureText.read(bytes, "of a test")).containsEntry("parameters", settings);
      assertThat(PictureReader.read(bytes, "of a test", 1000).extent().width()).isEqualTo(16);
    }
  }

  @Test
  void rewritesAJobsPicture_withAllThatItSays() throws IOException {
    Path png = folder.resolve("image.png");
    Files.write(png, write(PictureEncoder.PNG, new Waves(40, 24), SETTINGS));
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();

    PictureEncoder.of(WrittenFormat.JPEG, 90).convert(png, jpeg);

    assertThat(PictureText.read(jpeg.toByteArray(), "")).isEqualTo(PictureText.read(png));
    assertThat(Waves.distance(PictureReader.read(jpeg.toByteArray(), "", 1000))).isLessThan(8);
  }

  @Test
  void writesAJpegOfManyRows_holdingFew() throws IOException {
    Waves tall = new Waves(8, 65_535);

    PictureEncoder.of(WrittenFormat.JPEG, 50)
        .write(OutputStream.nullOutputStream(), tall, Map.of());

    assertThat(tall.asked()).isEqualTo(65_535);
  }

  @Test
  void refusesWhatAFormatCannotHold() {
    PixelExtent wide = new PixelExtent(65_536, 64);

    assertThatThrownBy(() -> PictureEncoder.of(WrittenFormat.JPEG, null).requireFits(wide))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "size 65536x64 is too large for a JPEG, whose sides have at most 65535 pixels: write a"
                + " PNG");
    assertThatThrownBy(
            () ->
                PictureEncoder.of(WrittenFormat.WEBP, null)
                    .requireFits(new PixelExtent(64, 16_384)))
        .hasMessageContaining("at most 16383 pixels");
    PictureEncoder.PNG.requireFits(wide);
  }

  @Test
  void saysWhatToDo_whereTheLibraryOfWebpCannotLie() {
    assertThatThrownBy(() -> WebpWriter.requireLibrary(folder.resolve("missing")))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("does not load from " + folder.resolve("missing"))
        .hasMessageContaining("write a PNG or JPEG");
    WebpWriter.requireLibrary(folder);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesQualitiesThatThereAreNot() {
    assertThatThrownBy(() -> PictureEncoder.of(WrittenFormat.JPEG, 0))
        .hasMessage("quality 0 must be between 1 and 100");
    assertThatThrownBy(() -> PictureEncoder.of(WrittenFormat.WEBP, 101))
        .hasMessage("quality 101 must be between 1 and 100");
    assertThatThrownBy(() -> PictureEncoder.of(WrittenFormat.PNG, 90))
        .hasMessage("quality 90 applies to JPEG and WebP: a PNG loses nothing");
  }

  @Test
  void knowsFormatsByTheirNames() {
    assertThat(WrittenFormat.ofFile("a.b.JPG")).contains(WrittenFormat.JPEG);
    assertThat(WrittenFormat.ofFile("a.jpeg")).contains(WrittenFormat.JPEG);
    assertThat(WrittenFormat.ofFile("a.webp")).contains(WrittenFormat.WEBP);
    assertThat(WrittenFormat.ofFile("a.avif")).isEmpty();
    assertThat(WrittenFormat.ofFile("png")).isEmpty();
  }

  private static byte[] write(PictureEncoder encoder, PixelRows rows, String settings)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Map<String, String> texts =
        settings.isEmpty() ? Map.of() : Map.of(GenerationParameters.KEYWORD, settings);
    encoder.write(bytes, rows, texts);
    return bytes.toByteArray();
  }
}
