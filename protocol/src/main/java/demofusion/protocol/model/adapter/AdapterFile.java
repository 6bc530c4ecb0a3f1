package demofusion.protocol.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.model.file.PickleNames;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file with an IP-Adapter in it, checked whole by its header: every tensor that its shape demands
 * is there with the right sides, and no other.
 */
public record AdapterFile(SafetensorsFile file, AdapterShape shape) {
  private static final String TITLE = "the IP-Adapter";
  private static final Pattern LAYER =
      Pattern.compile("ip_adapter\\.(\\d{1,4})\\.to_[kv]_ip\\.weight");
  private static final Pattern RESAMPLER = Pattern.compile("image_proj\\.layers\\.(\\d{1,3})\\..*");
  private static final int MOST_DEPTH = 64;

  /**
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is no such file
   */
  public static AdapterFile open(Path path) {
    refusePickles(path);
    SafetensorsFile file = SafetensorsFile.open(path);
    FileKind kind = FileKinds.of(file.entries());
    if (kind != FileKind.IP_ADAPTER) {
      throw kind == FileKind.UNKNOWN
          ? FileKinds.unknown(path, file.entries(), "an IP-Adapter")
          : FileKinds.refusal(path, kind, "an IP-Adapter");
    }
    return new Reading(new FileHeader(TITLE, file)).read();
  }

  private static void refusePickles(Path path) {
    Optional<FileKind> foreign = FileKinds.foreign(path);
    boolean isPickle =
        foreign.filter(kind -> kind == FileKind.PICKLE).isPresent()
            || (PickleNames.has(path) && Files.isRegularFile(path));
    if (isPickle) {
      throw DemofusionException.badModel(
          ("%s is a .bin pickle, which could run code: take the .safetensors of the same name, or"
                  + " convert it to safetensors where you trust it with python3 -c"
                  + " \"import sys, torch; from safetensors.torch import save_file;"
                  + " w = torch.load(sys.argv[1], map_location='cpu', weights_only=True);"
                  + " save_file({a + '.' + k: v.contiguous() for a in w for k, v in w[a].items()},"
                  + " sys.argv[2])\" FILE.bin FILE.safetensors")
              .formatted(path));
    }
    foreign.ifPresent(
        kind -> {
          throw FileKinds.refusal(path, kind, "an IP-Adapter");
        });
  }

  /**
   * Whether its tokens are as wide as a model's text.
   *
   * @throws DemofusionException BAD_MODEL, in one sentence, if they are not
   */
  public void requireContextWidth(int width) {
    if (width != shape.contextWidth()) {
      String family = shape.family();
      throw DemofusionException.badModel(
          "the IP-Adapter %s was made for %s: context width %s, this model has %s"
              .formatted(
                  file.path(),
                  family.isEmpty() ? "another model" : family,
                  shape.contextWidth(),
                  width));
    }
  }

  /** A file that is being looked at. */
  private record Reading(FileHeader header) {
    AdapterFile read() {
      AdapterShape shape = shape();
      header.require(shape.tensors());
      Set<String> unknown = new TreeSet<>(header.file().names());
      unknown.removeAll(shape.tensors().keySet());
      if (!unknown.isEmpty()) {
        throw header.refusal(
            "has %s tensors that no IP-Adapter of its kind has, such as %s: it is another network"
                .formatted(unknown.size(), FileHeader.quoted(unknown.iterator().next())));
      }
      return new AdapterFile(header.file(), shape);
    }

    private AdapterShape shape() {
      if (has("proj.weight")) {
        int width = side("norm.weight", 1, 0);
        int rows = side("proj.weight", 2, 0);
        if (rows % width != 0) {
          throw header.refusal(
              "has %s rows in image_proj.proj.weight, which are no whole tokens of width %s"
                  .formatted(rows, width));
        }
        return new AdapterShape(
            AdapterKind.PLAIN,
            side("proj.weight", 2, 1),
            rows / width,
            width,
            0,
            0,
            0,
            0,
            layerWidths());
      }
      if (has("proj.0.weight")) {
        return new AdapterShape(
            AdapterKind.FULL,
            side("proj.0.weight", 2, 1),
            null,
            side("proj.3.weight", 1, 0),
            side("proj.0.weight", 2, 0),
            0,
            0,
            0,
            layerWidths());
      }
      if (has("latents")) {
        return resampler();
      }
      throw header.refusal(
          "has none of image_proj.proj.weight, image_proj.proj.0.weight and image_proj.latents: it"
              + " is neither plain nor full nor plus");
    }

    private AdapterShape resampler() {
      int queries = side("layers.0.0.to_q.weight", 2, 0);
      int depth = 1 + highest(RESAMPLER);
      if (queries % 64 != 0 || depth > MOST_DEPTH) {
        throw header.refusal(
            "has a resampler of %s layers with queries %s wide; it must have at most %s, and heads"
                    .formatted(depth, queries, MOST_DEPTH)
                + " are 64 wide");
      }
      return new AdapterShape(
          AdapterKind.PLUS,
          side("proj_in.weight", 2, 1),
          side("latents", 3, 1),
          side("norm_out.weight", 1, 0),
          side("latents", 3, 2),
          queries,
          side("layers.0.1.1.weight", 2, 0),
          depth,
          layerWidths());
    }

    /** Every second number up to the highest must be there. */
    private List<Integer> layerWidths() {
      List<Integer> widths = new ArrayList<>();
      int highest = highest(LAYER);
      for (int layer = 0; AdapterShape.number(layer) <= highest; layer++) {
        widths.add(header.side(AdapterShape.matrix(layer, 'k') + ".weight", 2, 0));
      }
      if (widths.isEmpty()) {
        throw header.refusal("has no layers ip_adapter.N.to_k_ip: the file is incomplete");
      }
      return widths;
    }

    private int highest(Pattern numbered) {
      return header.file().names().stream()
          .map(numbered::matcher)
          .filter(Matcher::matches)
          .mapToInt(key -> Integer.parseInt(key.group(1)))
          .max()
          .orElse(0);
    }

    private boolean has(String name) {
      return header.has(AdapterShape.PROJECTION + name);
    }

    private int side(String name, int axes, int axis) {
      return header.side(AdapterShape.PROJECTION + name, axes, axis);
    }
  }
}
