package demofusion.deploy.command.option;

import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the files are that requests name beside the model. */
public final class LibraryOptions implements OptionGroup {
  private static final String BESIDE_MODEL = "loras";

  @Option(
      names = "--lora-folder",
      paramLabel = "DIR",
      description = "Folder of LoRAs to be named (default: a folder \"loras\" beside the model).")
  @Nullable Path loraFolder;

  @Option(
      names = "--embedding",
      paramLabel = "FILE|DIR",
      description =
          "Embedding (textual inversion), or a folder of them; repeatable. A file's name is its"
              + " word in prompts.")
  List<Path> embeddings = List.of();

  /**
   * In the order in which a name is looked for.
   *
   * @param loras files that are named themselves
   * @param model the model's folder or file
   * @throws DemofusionException BAD_REQUEST if something that is named is not there
   */
  public List<Place> places(List<Path> loras, Path model) {
    List<Place> places = new ArrayList<>();
    for (Path file : loras) {
      require("--lora", file, Files.isRegularFile(file));
      places.add(new Place(LibraryKind.LORA, file));
    }
    Path folder = loraFolder;
    if (folder != null) {
      require("--lora-folder", folder, Files.isDirectory(folder));
    }
    Path beside = model.toAbsolutePath().normalize().resolveSibling(BESIDE_MODEL);
    places.add(new Place(LibraryKind.LORA, absolute(folder == null ? beside : folder)));
    for (Path embedding : embeddings) {
      require("--embedding", embedding, Files.exists(embedding));
      places.add(new Place(LibraryKind.EMBEDDING, absolute(embedding)));
    }
    return places;
  }

  private static void require(String option, Path path, boolean isThere) {
    if (!isThere) {
      throw DemofusionException.badRequest(
          "%s %s %s"
              .formatted(
                  option,
                  path,
                  Files.exists(path) ? "is not of the right kind" : "does not exist"));
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  @Override
  public String heading() {
    return "Files beside the model";
  }
}
