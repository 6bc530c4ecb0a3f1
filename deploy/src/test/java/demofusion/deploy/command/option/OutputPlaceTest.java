package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    OutputPlace place = OutputPlace.of(folder, false);

    assertThat(picture(place, 0)).isEqualTo(folder.resolve("a-lighthouse-at-sunset-7.png"));
  }

  @Test
  void neverReplacesAFile_whenTheNameIsOurs() throws IOException {
    Files.createFile(folder.resolve("a-lighthouse-at-sunset-7.png"));
    Files.createFile(folder.resolve("a-lighthouse-at-sunset-7-1.png"));

    Path file = picture(OutputPlace.of(folder, false), 0);

    assertThat(file).isEqualTo(folder.resolve("a-lighthouse-at-sunset-7-2.png"));
  }

  @Test
  void usesTheGivenName_evenWhereThereIsAFile() throws IOException {
    Path given = Files.createFile(folder.resolve("mine.png"));

    assertThat(picture(OutputPlace.of(given, false), 0)).isEqualTo(given);
  }

  @Test
  void numbersAGivenName_whenThereAreSeveralPictures() {
    OutputPlace place = OutputPlace.of(folder.resolve("mine.PNG"), true);

    assertThat(picture(place, 0)).isEqualTo(folder.resolve("mine-1.png"));
    assertThat(picture(place, 11)).isEqualTo(folder.resolve("mine-12.png"));
  }

  @Test
  void givesEachOfTwoRendersAtOnceItsOwnFiles() {
    OutputPlace place = OutputPlace.of(folder, false);

    RenderOutputs first = place.reserve(LIGHTHOUSE, 0, null);
    RenderOutputs second = place.reserve(LIGHTHOUSE, 0, null);

    assertThat(first.picture()).hasFileName("a-lighthouse-at-sunset-7.png");
    assertThat(second.picture()).hasFileName("a-lighthouse-at-sunset-7-1.png");
    assertThat(second.folder()).isNotEqualTo(first.folder()).isEmptyDirectory();
  }

  @Test
  void sharesAGivenNameButNoFolder_whenTwoRendersRunAtOnce() {
    OutputPlace place = OutputPlace.of(folder.resolve("mine.png"), false);

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
    assertThatThrownBy(() -> OutputPlace.of(folder.resolve("picture.jpg"), false))
        .isInstanceOf(DemofusionException.class)
        .hasMessageEndingWith("must be a file name ending in .png, or an existing folder");
  }

  @Test
  void findsOutBeforehand_whenTheFolderIsNotThere() {
    OutputPlace place = OutputPlace.of(folder.resolve("nowhere").resolve("picture.png"), false);

    assertThatThrownBy(place::requireWritable)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("create it first");
  }

  private static Path picture(OutputPlace place, int index) {
    return place.reserve(LIGHTHOUSE, index, null).picture();
  }
}
