package demofusion.deploy.command.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.deploy.command.option.CommandLineRequest.Subject;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputPlaceTest {
  private static final Subject LIGHTHOUSE = new Subject("A lighthouse, at sunset!", 7);

  @TempDir Path folder;

  @Test
  void namesAPictureByItsPromptAndSeed() {
    OutputPlace place = OutputPlace.of(folder, null, false);

    assertThat(picture(place, 0)).isEqualTo(folder.resolve("a-lighthouse-at-sunset-7.png"));
  }

  @Test
  void neverReplacesAFile_whenTheNameIsOurs() throws IOException {
    Files.createFile(folder.resolve("a-lighthouse-at-sunset-7.png"));
    Files.createFile(folder.resolve("a-lighthouse-at-sunset-7-1.png"));

    Path file = picture(OutputPlace.of(folder, null, false), 0);

    assertThat(file).isEqualTo(folder.resolve("a-lighthouse-at-sunset-7-2.png"));
  }

  @Test
  void usesTheGivenName_evenWhereThereIsAFile() throws IOException {
    Path given = Files.createFile(folder.resolve("mine.png"));

    assertThat(picture(OutputPlace.of(given, null, false), 0)).isEqualTo(given);
  }

  @Test
  void numbersAGivenName_whenThereAreSeveralPictures() {
    OutputPlace place = OutputPlace.of(folder.resolve("mine.PNG"), null, true);

    assertThat(picture(place, 0)).isEqualTo(folder.resolve("mine-1.png"));
    assertThat(picture(place, 11)).isEqualTo(folder.resolve("mine-12.png"));
  }

  @Test
  void givesEachOfTwoRendersAtOnceItsOwnFiles() {
    OutputPlace place = OutputPlace.of(folder, null, false);

    RenderOutputs first = place.reserve(LIGHTHOUSE, 0, null);
    RenderOutputs second = place.reserve(LIGHTHOUSE, 0, null);

    assertThat(first.picture()).hasFileName("a-lighthouse-at-sunset-7.png");
    assertThat(second.picture()).hasFileName("a-lighthouse-at-sunset-7-1.png");
    assertThat(second.folder()).isNotEqualTo(first.folder()).isEmptyDirectory();
  }

  @Test
  void sharesAGivenNameButNoFolder_whenTwoRendersRunAtOnce() {
    OutputPlace place = OutputPlace.of(folder.resolve("mine.png"), null, false);

    RenderOutputs first = place.reserve(LIGHTHOUSE, 0, null);
    RenderOutputs second = place.reserve(LIGHTHOUSE, 0, null);

    assertThat(second.picture()).isEqualTo(first.picture());
    assertThat(second.folder()).isNotEqualTo(first.folder());
  }

  @Test
  void keepsNamesShortAndPlain() {
    assertThat(OutputPlace.words("../../etc/passwd")).isEqualTo("etc-passwd");
    assertThat(OutputPlace.words("灯台 と 海")).isEqualTo("灯台-と-海");
    assertThat(OutputPlace.words("…")).isEqualTo("picture");
    assertThat(OutputPlace.words("word ".repeat(100))).hasSizeLessThanOrEqualTo(48);
  }

  @Test
  void refusesAnotherKindOfFile() {
    for (String name : new String[] {"picture.avif", "picture", ".png", "png", ".jpg."}) {
      assertThatThrownBy(() -> OutputPlace.of(folder.resolve(name), null, false))
          .isInstanceOf(DemofusionException.class)
          .hasMessageEndingWith(
              "must be a file name ending in .png, .jpg, .jpeg or .webp, or an existing folder");
    }
  }

  @Test
  void writesWhatTheNameEndsIn_inTheQualityThatIsWanted() {
    OutputPlace jpeg = OutputPlace.of(folder.resolve("mine.JPEG"), null, false);
    OutputPlace webp = OutputPlace.of(folder.resolve("my.png.webp"), 100, true);

    assertThat(jpeg.encoder()).isEqualTo(new PictureEncoder(WrittenFormat.JPEG, 95));
    assertThat(picture(jpeg, 0)).isEqualTo(folder.resolve("mine.jpeg"));
    assertThat(webp.encoder()).isEqualTo(new PictureEncoder(WrittenFormat.WEBP, 100));
    assertThat(picture(webp, 1)).isEqualTo(folder.resolve("my.png-2.webp"));
  }

  @Test
  void refusesAQuality_whereNothingIsLost() {
    for (Path output : new Path[] {null, folder, folder.resolve("mine.png")}) {
      assertThatThrownBy(() -> OutputPlace.of(output, 90, false))
          .isInstanceOf(DemofusionException.class)
          .hasMessage(
              "--quality 90 applies to JPEG and WebP: a PNG loses nothing; give --output a name"
                  + " that ends in .jpg or .webp");
    }
    assertThatThrownBy(() -> OutputPlace.of(folder.resolve("mine.jpg"), 0, false))
        .hasMessage("--quality 0 must be between 1 and 100");
  }

  @Test
  void findsOutBeforehand_whenTheFolderIsNotThere() {
    OutputPlace place =
        OutputPlace.of(folder.resolve("nowhere").resolve("picture.png"), null, false);

    assertThatThrownBy(place::requireWritable)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("create it first");
  }

  private static Path picture(OutputPlace place, int index) {
    return place.reserve(LIGHTHOUSE, index, null).picture();
  }
}
