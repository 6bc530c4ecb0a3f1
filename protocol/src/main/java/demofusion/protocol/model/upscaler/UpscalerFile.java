package demofusion.protocol.model.upscaler;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file with an RRDBNet in it (ESRGAN, Real-ESRGAN, BSRGAN), checked whole by its header: every
 * tensor that its shape demands is there with the right sides, and no other.
 *
 * @param names from BasicSR's names to those in the file
 */
public record UpscalerFile(SafetensorsFile file, RrdbShape shape, Map<String, String> names) {
  private static final Set<DType> READABLE =
      Set.of(DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2);
  private static final Pattern BLOCK = Pattern.compile("body\\.(\\d{1,6})\\..*");
  private static final int LONGEST_KEY = 80;
  private static final int QUOTED = 3;
  private static final int MOST_CHANNELS = 1024;
  private static final int MOST_BLOCKS = 64;
  private static final String FIRST = "conv_first.weight";
  private static final String FIRST_DENSE = "body.0.rdb1.conv1.weight";

  public UpscalerFile {
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  /**
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is no such file
   */
  public static UpscalerFile open(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    Optional<FileKind> foreign = FileKinds.foreign(path);
    boolean isPickle =
        foreign.filter(kind -> kind == FileKind.PICKLE).isPresent()
            || (name.endsWith(".pth") && Files.isRegularFile(path));
    if (isPickle) {
      throw pickle(path);
    }
    foreign.ifPresent(
        kind -> {
          throw FileKinds.refusal(path, kind, "an upscaler");
        });
    return new Reading(SafetensorsFile.open(path)).read();
  }

  private static DemofusionException pickle(Path path) {
    return DemofusionException.badModel(
        ("%s is a .pth pickle, which could run code: convert it where you trust it with python3 -c"
                + " \"import sys, torch; from safetensors.torch import save_file;"
                + " w = torch.load(sys.argv[1], map_location='cpu', weights_only=True);"
                + " w = w.get('params_ema', w.get('params', w));"
                + " save_file({k: v.contiguous() for k, v in w.items()}, sys.argv[2])\""
                + " FILE.pth FILE.safetensors")
            .formatted(path));
  }

  /** How many times larger a picture's sides become. */
  public int scale() {
    return shape.scale();
  }

  /** A file that is being looked at. */
  private static final class Reading {
    private final SafetensorsFile file;
    private final Map<String, Entry> tensors = new LinkedHashMap<>();

    Reading(SafetensorsFile file) {
      this.file = file;
    }

    UpscalerFile read() {
      for (Entry entry : file.entries()) {
        Entry other = tensors.put(RrdbNames.canonical(entry.name()), entry);
        if (other != null) {
          throw refusal(
              "has the same layer twice, as %s and as %s; it must be there once"
                  .formatted(quoted(other.name()), quoted(entry.name())));
        }
      }
      if (!tensors.containsKey(FIRST) || !tensors.containsKey(FIRST_DENSE)) {
        FileKind kind = FileKinds.of(file.entries());
        if (kind != FileKind.UNKNOWN && kind != FileKind.UPSCALER) {
          throw FileKinds.refusal(file.path(), kind, "an upscaler");
        }
        throw refusal(
            "has no first layers of RRDBNet (it has %s): only networks such as ESRGAN's,"
                    .formatted(firstKeys())
                + " Real-ESRGAN's and BSRGAN's enlarge here");
      }
      RrdbShape shape = shape();
      check(shape);
      Map<String, String> names = new LinkedHashMap<>();
      shape.tensors().keySet().forEach(name -> names.put(name, tensor(name).name()));
      return new UpscalerFile(file, shape, names);
    }

    private String firstKeys() {
      String keys =
          file.names().stream()
              .limit(QUOTED)
              .map(Reading::quoted)
              .collect(Collectors.joining(", "));
      return keys.isEmpty() ? "no tensors" : keys;
    }

    private RrdbShape shape() {
      long[] first = sides(FIRST);
      long[] dense = sides(FIRST_DENSE);
      int blocks =
          1
              + tensors.keySet().stream()
                  .map(BLOCK::matcher)
                  .filter(Matcher::matches)
                  .mapToInt(block -> Integer.parseInt(block.group(1)))
                  .max()
                  .orElse(0);
      if (blocks > MOST_BLOCKS) {
        throw refusal("has %s blocks; %s are the most".formatted(blocks, MOST_BLOCKS));
      }
      if (first[1] != 3 && first[1] != 12 && first[1] != 48) {
        throw refusal("begins with %s channels where RRDBNet has 3, 12 or 48".formatted(first[1]));
      }
      if (first[0] < 1 || first[0] > MOST_CHANNELS || dense[0] < 1 || dense[0] > MOST_CHANNELS) {
        throw refusal(
            "is %s channels wide and grows by %s; both must be from 1 to %s"
                .formatted(first[0], dense[0], MOST_CHANNELS));
      }
      RrdbShape shape =
          new RrdbShape(
              (int) first[1],
              (int) first[0],
              (int) dense[0],
              blocks,
              tensors.containsKey("conv_up2.weight") ? 2 : 1);
      if (shape.scale() < 2) {
        throw refusal(
            "makes pictures %s times as large; upscalers must make them 2 or 4 times as large"
                .formatted((1 << shape.doublings()) / (double) shape.unshuffle()));
      }
      return shape;
    }

    private long[] sides(String name) {
      long[] sides = tensor(name).shape();
      if (sides.length != 4) {
        throw refusal(
            "has %s with shape %s where a convolution has four sides"
                .formatted(quoted(tensor(name).name()), Arrays.toString(sides)));
      }
      return sides;
    }

    private void check(RrdbShape shape) {
      Map<String, int[]> wanted = shape.tensors();
      wanted.forEach(
          (name, sides) -> {
            Entry entry = tensors.get(name);
            if (entry == null) {
              throw refusal(
                  "has no tensor %s, which an RRDBNet of %s blocks has"
                      .formatted(name, shape.blocks()));
            }
            long[] expected = Arrays.stream(sides).asLongStream().toArray();
            if (!Arrays.equals(expected, entry.shape())) {
              throw refusal(
                  "has %s with shape %s where its other layers require %s"
                      .formatted(
                          quoted(entry.name()),
                          Arrays.toString(entry.shape()),
                          Arrays.toString(sides)));
            }
            if (!READABLE.contains(entry.dtype())) {
              throw refusal(
                  "has %s in %s; weights must be F32, F16, BF16, F8_E4M3 or F8_E5M2"
                      .formatted(quoted(entry.name()), entry.typeName()));
            }
          });
      List<String> unknown =
          tensors.keySet().stream().filter(name -> !wanted.containsKey(name)).toList();
      if (!unknown.isEmpty()) {
        throw refusal(
            "has %s tensors that no RRDBNet has, such as %s: it is another kind of network"
                .formatted(unknown.size(), quoted(tensor(unknown.get(0)).name())));
      }
    }

    private Entry tensor(String canonical) {
      Entry entry = tensors.get(canonical);
      if (entry == null) {
        throw refusal("has no tensor " + canonical);
      }
      return entry;
    }

    private DemofusionException refusal(String what) {
      return DemofusionException.badModel("the upscaler " + file.path() + " " + what);
    }

    private static String quoted(String key) {
      return Excerpt.printable(key, LONGEST_KEY);
    }
  }
}
