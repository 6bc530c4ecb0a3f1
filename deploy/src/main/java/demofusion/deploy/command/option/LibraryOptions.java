package demofusion.deploy.command.option;

import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.upscaler.UpscalerFile;
import demofusion.worker.model.text.EmbeddingFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the files are that requests name beside the model. */
public final class LibraryOptions implements OptionGroup {
  private static final String LORAS = "loras";
  private static final String UPSCALERS = "upscalers";
  private static final String CONTROLNETS = "controlnets";
  private static final String ADAPTERS = "ip-adapters";

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

  @Option(
      names = "--upscaler-folder",
      paramLabel = "DIR",
      description =
          "Folder of upscalers to be named (default: a folder \"upscalers\" beside the model).")
  @Nullable Path upscalerFolder;

  @Option(
      names = "--controlnet-folder",
      paramLabel = "DIR",
      description =
          "Folder of ControlNets to be named (default: a folder \"controlnets\" beside the"
              + " model).")
  @Nullable Path controlnetFolder;

  @Option(
      names = "--ip-adapter-folder",
      paramLabel = "DIR",
      description =
          "Folder of IP-Adapters to be named, with their image encoders in folders of their own"
              + " (default: a folder \"ip-adapters\" beside the model).")
  @Nullable Path adapterFolder;

  /**
   * In the order in which a name is looked for.
   *
   * @param loras files that are named themselves
   * @param upscaler a file that is named itself
   * @param networks ControlNets and what belongs to IP-Adapters, which are named themselves
   * @param model the model's folder or file
   * @throws DemofusionException BAD_REQUEST if something that is named is not there
   */
  public List<Place> places(
      List<Path> loras, Optional<Path> upscaler, List<Place> networks, Path model) {
    return Stream.concat(networks.stream(), places(loras, upscaler, List.of(model)).stream())
        .toList();
  }

  /**
   * The same for whoever serves several models.
   *
   * @param models those that are on this machine
   */
  public List<Place> places(List<Path> models) {
    return places(List.of(), Optional.empty(), models);
  }

  private List<Place> places(List<Path> loras, Optional<Path> upscaler, List<Path> models) {
    List<Place> places = new ArrayList<>();
    for (Path file : loras) {
      require("--lora", file, Files.isRegularFile(file));
      places.add(new Place(LibraryKind.LORA, file));
    }
    Path folder = loraFolder;
    if (folder != null) {
      require("--lora-folder", folder, Files.isDirectory(folder));
    }
    places.addAll(folders(LibraryKind.LORA, folder, models, LORAS));
    upscaler.ifPresent(file -> places.add(new Place(LibraryKind.UPSCALER, usable(file))));
    Path upscalers = upscalerFolder;
    if (upscalers != null) {
      require("--upscaler-folder", upscalers, Files.isDirectory(upscalers));
    }
    places.addAll(folders(LibraryKind.UPSCALER, upscalers, models, UPSCALERS));
    places.addAll(networks(models));
    for (Path embedding : embeddings) {
      require("--embedding", embedding, Files.exists(embedding));
      if (Files.isRegularFile(embedding)) {
        EmbeddingFile.read(embedding, embedding.toString()); // a pickle would never be found
      }
      places.add(new Place(LibraryKind.EMBEDDING, absolute(embedding)));
    }
    return places;
  }

  private List<Place> networks(List<Path> models) {
    if (controlnetFolder != null) {
      require("--controlnet-folder", controlnetFolder, Files.isDirectory(controlnetFolder));
    }
    if (adapterFolder != null) {
      require("--ip-adapter-folder", adapterFolder, Files.isDirectory(adapterFolder));
    }
    return Stream.of(
            folders(LibraryKind.CONTROLNET, controlnetFolder, models, CONTROLNETS),
            folders(LibraryKind.IP_ADAPTER, adapterFolder, models, ADAPTERS),
            folders(LibraryKind.IMAGE_ENCODER, adapterFolder, models, ADAPTERS))
        .flatMap(List::stream)
        .toList();
  }

  /** The folder that is given, else those that lie beside the models. */
  private static List<Place> folders(
      LibraryKind kind, @Nullable Path given, List<Path> models, String usual) {
    return given != null
        ? List.of(new Place(kind, absolute(given)))
        : models.stream()
            .map(model -> new Place(kind, absolute(model).resolveSibling(usual)))
            .distinct()
            .toList();
  }

  /** Where upscalers are looked for if no other folder is named. */
  static Path besideModel(Path model) {
    return absolute(model).resolveSibling(UPSCALERS);
  }

  /** A pickle would never be found. */
  private static Path usable(Path upscaler) {
    require("--upscaler", upscaler, Files.isRegularFile(upscaler));
    UpscalerFile.open(upscaler);
    return upscaler;
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
