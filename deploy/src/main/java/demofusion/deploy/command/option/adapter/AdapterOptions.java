package demofusion.deploy.command.option.adapter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.deploy.command.option.file.JsonOption;
import demofusion.deploy.command.option.file.NetworkName;
import demofusion.deploy.command.option.file.PickledFile;
import demofusion.deploy.command.option.file.PictureOnDisk;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterFit;
import demofusion.protocol.api.request.condition.AdapterList;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.StepSpan;
import demofusion.protocol.api.request.method.NumberList;
import demofusion.protocol.model.adapter.AdapterFile;
import demofusion.protocol.model.adapter.AdapterPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Pictures that the image is to resemble. */
public final class AdapterOptions implements OptionGroup {
  private static final String LIST = "--ip-adapters";

  @Option(
      names = LIST,
      paramLabel = "FILE.json",
      description =
          "IP-Adapters as a JSON list, in a file or as it is: name, encoder, images (files), weight,"
              + " local, start, end, blocks, fit.")
  @Nullable String file;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  List<One> adapters = new ArrayList<>();

  private @Nullable List<AdapterUse> read;

  /** An IP-Adapter; what follows it belongs to it. */
  static final class One {
    @Option(
        names = "--ip-adapter",
        required = true,
        paramLabel = "FILE",
        description =
            "IP-Adapter, plain, plus or full, repeatable up to 2 times: a .safetensors file, or the"
                + " name of one. The options after one belong to it.")
    String network = "";

    @Option(
        names = "--ip-image",
        split = ",",
        paramLabel = "PICTURE",
        description = "Pictures that it shows to the model, with commas between them.")
    List<String> images = new ArrayList<>(); // picocli adds to that of each adapter but the first

    @Option(
        names = "--ip-weight",
        paramLabel = "SCALE[,LOCAL]",
        description =
            "How much it counts, 0 to 2: in phase 1 and dilated views, and in the tiles of upscaling"
                + " phases (default: 1; LOCAL as SCALE). A LOCAL of 0 to 0.3 keeps tiles from"
                + " drawing the picture's subject again.")
    @Nullable String weight;

    @Option(
        names = "--ip-start",
        paramLabel = "S",
        description = "Share of each phase's steps before which it does not count (default: 0).")
    @Nullable Double start;

    @Option(
        names = "--ip-end",
        paramLabel = "E",
        description = "Share of each phase's steps behind which it does not count (default: 1).")
    @Nullable Double end;

    @Option(
        names = "--ip-blocks",
        paramLabel = "NAME",
        description =
            "Where in the UNet it counts: all; for SDXL also style, layout or style+layout"
                + " (default: all).")
    @Nullable String blocks;

    @Option(
        names = "--ip-fit",
        paramLabel = "NAME",
        description =
            "Pictures that are not square: crop to the middle, or squash (default: crop).")
    @Nullable String fit;

    @Option(
        names = "--image-encoder",
        paramLabel = "DIR",
        description =
            "Image encoder of the adapter: its folder, or the name of one (default: image_encoder"
                + " beside the adapter, then the places of h94's repository).")
    @Nullable String encoder;

    AdapterUse use() {
      if (images.isEmpty()) {
        throw DemofusionException.badRequest(
            "--ip-adapter %s shows nothing: give a picture with --ip-image behind it"
                .formatted(network));
      }
      List<PictureBytes> pictures =
          images.stream().map(image -> PictureOnDisk.read("--ip-image", image)).toList();
      List<Double> weights =
          weight == null ? List.of(1.0) : NumberList.parse("--ip-weight", weight);
      if (weights.size() > 2) {
        throw DemofusionException.badRequest(
            "--ip-weight \"%s\" must be SCALE or SCALE,LOCAL".formatted(weight));
      }
      return new AdapterUse(
          NamedNetwork.named(NetworkName.of(LibraryKind.IP_ADAPTER, network).name()),
          encoder == null
              ? null
              : NamedNetwork.named(NetworkName.of(LibraryKind.IMAGE_ENCODER, encoder).name()),
          null,
          pictures,
          weights.get(0),
          weights.size() > 1 ? weights.get(1) : null,
          new StepSpan(start == null ? 0 : start, end == null ? 1 : end),
          blocks == null ? AdapterBlocks.ALL : AdapterBlocks.parse(blocks),
          fit == null ? AdapterFit.CROP : AdapterFit.parse(fit));
    }
  }

  /** What the options say, not looked up yet. */
  public List<AdapterUse> settings() {
    List<AdapterUse> all = read;
    if (all == null) {
      all =
          Stream.concat(
                  file == null ? Stream.of() : ofList(file).stream(),
                  adapters.stream().map(One::use))
              .toList();
      read = all;
    }
    return all;
  }

  private static List<AdapterUse> ofList(String text) {
    JsonOption json = JsonOption.read(LIST, text);
    json.list()
        .forEach(
            each -> {
              if (each.path("images") instanceof ArrayNode images) {
                for (int n = 0; n < images.size(); n++) {
                  images.set(n, TextNode.valueOf(json.picture(images.get(n).asText())));
                }
              }
            });
    return AdapterList.parse(json.list().toString()).toUses();
  }

  /**
   * Where the files and folders are that are named, as opposed to names, and the encoders that lie
   * beside them.
   *
   * @throws DemofusionException BAD_MODEL or BAD_REQUEST if one cannot be used
   */
  public List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (One one : adapters) {
      NetworkName.of(LibraryKind.IP_ADAPTER, one.network)
          .file()
          .ifPresent(
              file -> {
                requireThere("--ip-adapter", file);
                AdapterFile.open(file); // a pickle would never be found
                places.add(new Place(LibraryKind.IP_ADAPTER, file));
                beside(file).forEach(places::add);
              });
      if (one.encoder != null) {
        NetworkName.of(LibraryKind.IMAGE_ENCODER, one.encoder)
            .file()
            .ifPresent(
                folder -> {
                  requireThere("--image-encoder", folder);
                  places.add(0, new Place(LibraryKind.IMAGE_ENCODER, AdapterPair.weights(folder)));
                });
      }
    }
    return places;
  }

  private static void requireThere(String option, Path path) {
    PickledFile.refuse(option, path);
    if (!Files.exists(path)) {
      throw DemofusionException.badRequest(option + " " + path + " does not exist");
    }
  }

  private static Stream<Place> beside(Path adapter) {
    return AdapterPair.encodersBeside(adapter).stream()
        .map(folder -> new Place(LibraryKind.IMAGE_ENCODER, folder));
  }

  @Override
  public String heading() {
    return "IP-Adapter";
  }
}
