package demofusion.deploy.command.option.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.deploy.command.option.file.JsonOption;
import demofusion.deploy.command.option.file.NetworkName;
import demofusion.deploy.command.option.file.PickledFile;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.model.WholeControlNet;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.ControlEntry;
import demofusion.protocol.api.request.condition.ControlList;
import demofusion.protocol.api.request.condition.ControlUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What the image's structure follows. */
public final class ControlOptions implements OptionGroup {
  private static final String LIST = "--controlnets";

  @Option(
      names = LIST,
      paramLabel = "FILE.json",
      description =
          "ControlNets as a JSON list, in a file or as it is: name, type, image (a file, or phase),"
              + " weights, start, end, mode, resize, fit, make.")
  @Nullable String file;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  List<One> controls = new ArrayList<>();

  private @Nullable List<ControlUse> read;

  /** A ControlNet; what follows it belongs to it. */
  static final class One {
    @Option(
        names = "--controlnet",
        required = true,
        paramLabel = "FILE[:TYPE]",
        description =
            "ControlNet that the image follows, repeatable up to 4 times: a .safetensors file, a"
                + " folder in diffusers format, or the name of one. TYPE of a union: openpose,"
                + " depth, hed, canny, normal, segment, tile, repaint; or inpaint, which follows"
                + " --image and --mask. The options after one belong to it.")
    String network = "";

    @Option(
        names = "--control-image",
        paramLabel = "PICTURE|phase",
        description =
            "What it follows: a picture, or phase, the picture of the phase before (for tile and"
                + " blur models). A picture has at most 16384 pixels a side and 100 million in all,"
                + " 40 million on a farm: every worker decodes it whole.")
    @Nullable String image;

    @Option(
        names = "--control-weight",
        paramLabel = "W[,W…]",
        description =
            "How much it counts, 0 to 4; several by phase, the last for all that follow (default:"
                + " 1).")
    @Nullable String weight;

    @Option(
        names = "--control-start",
        paramLabel = "S",
        description = "Share of each phase's steps before which it does not count (default: 0).")
    @Nullable Double start;

    @Option(
        names = "--control-end",
        paramLabel = "E",
        description = "Share of each phase's steps behind which it does not count (default: 1).")
    @Nullable Double end;

    @Option(
        names = "--control-mode",
        paramLabel = "NAME",
        description =
            "Layers: plain, all alike; soft, the prompt counts more; soft-upscale, so in upscaling"
                + " phases only (default: plain).")
    @Nullable String mode;

    @Option(
        names = "--control-resize",
        paramLabel = "NAME",
        description =
            "Picture of each phase: fresh, resized from the original; chain, from the phase before"
                + " as in the authors' pipeline (default: fresh; chain with --compat reference).")
    @Nullable String resize;

    @Option(
        names = "--control-fit",
        paramLabel = "NAME",
        description = "Picture of another aspect ratio: stretch or crop (default: it is refused).")
    @Nullable String fit;

    @Option(
        names = "--control-make",
        paramLabel = "WHAT",
        description =
            "Made of the picture first: canny[:LOW,HIGH], its edges (default: 100,200), or invert.")
    @Nullable String make;

    ControlUse use() {
      return ControlText.parse(this);
    }
  }

  /** What the options say, not looked up yet. */
  public List<ControlUse> settings() {
    List<ControlUse> all = read;
    if (all == null) {
      all =
          Stream.concat(
                  file == null ? Stream.of() : ofList(file).stream(),
                  controls.stream().map(One::use))
              .toList();
      read = all;
    }
    return all;
  }

  private static List<ControlUse> ofList(String text) {
    JsonOption json = JsonOption.read(LIST, text);
    json.list()
        .forEach(
            each -> {
              if (each instanceof ObjectNode control
                  && control.path("image").isTextual()
                  && !control.get("image").asText().equals(ControlEntry.PHASE)) {
                control.put("image", json.picture(control.get("image").asText()));
              }
            });
    return ControlList.parse(json.list().toString()).toUses();
  }

  /**
   * Where the files and folders are that are named, as opposed to names.
   *
   * @throws DemofusionException BAD_MODEL or BAD_REQUEST if one is no ControlNet that can be used
   */
  public List<Place> places() {
    return files().stream()
        .map(place -> new Place(place.kind(), WholeControlNet.of(place.path(), false)))
        .toList(); // shards have no hash: they become one file
  }

  /**
   * The same as they were given, whose headers alone are wanted.
   *
   * @throws DemofusionException BAD_REQUEST if one is not there, or a pickle, which would never be
   *     found
   */
  public List<Place> files() {
    return controls.stream()
        .map(one -> NetworkName.of(LibraryKind.CONTROLNET, ControlText.network(one.network)))
        .flatMap(name -> name.file().stream())
        .map(ControlOptions::there)
        .toList();
  }

  private static Place there(Path path) {
    PickledFile.refuse("--controlnet", path);
    if (!Files.exists(path)) {
      throw DemofusionException.badRequest("--controlnet " + path + " does not exist");
    }
    return new Place(LibraryKind.CONTROLNET, path);
  }

  @Override
  public String heading() {
    return "ControlNet";
  }
}
