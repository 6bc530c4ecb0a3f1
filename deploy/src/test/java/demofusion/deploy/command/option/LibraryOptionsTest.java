package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LibraryOptionsTest {
  @TempDir Path folder;

  private static List<Path> of(LibraryKind kind, List<Place> places) {
    return places.stream().filter(each -> each.kind() == kind).map(Place::path).toList();
  }

  @Test
  void looksBesideEachModel_whereNoFolderIsGiven() {
    Path a = folder.resolve("a/model.safetensors");
    Path b = folder.resolve("a/other.safetensors");
    Path c = folder.resolve("c/model");

    List<Place> places = new LibraryOptions().places(List.of(a, b, c));

    assertThat(of(LibraryKind.LORA, places))
        .containsExactly(folder.resolve("a/loras"), folder.resolve("c/loras"));
    assertThat(of(LibraryKind.UPSCALER, places)).hasSize(2);
    assertThat(of(LibraryKind.EMBEDDING, places)).isEmpty();
  }

  @Test
  void looksInTheFolderThatIsGiven_evenWhereNoModelIsHere() throws Exception {
    Path loras = Files.createDirectory(folder.resolve("mine"));
    LibraryOptions options = new LibraryOptions();
    line(options).parseArgs("--lora-folder", loras.toString(), "--embedding", folder.toString());

    List<Place> places = options.places(List.of());

    assertThat(of(LibraryKind.LORA, places)).containsExactly(loras);
    assertThat(of(LibraryKind.EMBEDDING, places)).containsExactly(folder);
  }

  /** What serve hands to the coordinator that it starts. */
  @Test
  void reachesTheCoordinator() {
    CoordinatorOptions coordinator = new CoordinatorOptions();
    CommandLine line = line(coordinator);

    line.parseArgs("--beside", "lora=" + folder, "--beside", "embedding=" + folder + "/a=b");

    assertThat(coordinator.places())
        .isEqualTo(
            Stream.of(
                    new Place(LibraryKind.LORA, folder),
                    new Place(LibraryKind.EMBEDDING, folder.resolve("a=b")))
                .toList());
  }

  private static CommandLine line(Object options) {
    CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create());
    line.getCommandSpec()
        .addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    return line;
  }
}
