package demofusion.protocol.model.control;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.NetworkSize;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.UnetShape;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.model.file.PickleNames;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A ControlNet's file or folder (conditioning section 1), checked whole by its header: every tensor
 * that its shape demands is there with the right sides, and no other.
 *
 * @param files of its weights; more than one where they are in shards
 * @param shape read off the tensors
 * @param tensors by diffusers' names, where each lies
 * @param blueFirst whether it was trained on BGR, as far as a config.json or the header says
 */
public record ControlFile(
    List<Path> files, ControlShape shape, Map<String, Tensor> tensors, boolean blueFirst) {
  private static final Set<DType> READABLE =
      Set.of(DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2);
  private static final String WANTED = "a ControlNet";
  private static final int LONGEST_KEY = 80;

  /** A tensor where it lies. */
  public record Tensor(SafetensorsFile file, Entry entry) {}

  public ControlFile {
    files = List.copyOf(files);
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * @param path of a safetensors file, of a folder of diffusers', or of its place in Hugging Face's
   *     cache
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is no ControlNet that can be
   *     computed with
   */
  public static ControlFile open(Path path) {
    ControlFolder folder = ControlFolder.find(path);
    folder.files().forEach(ControlFile::requireSafetensors);
    List<SafetensorsFile> opened = folder.files().stream().map(SafetensorsFile::open).toList();
    return new Reading(path, opened).read(folder);
  }

  private static void requireSafetensors(Path file) {
    Optional<FileKind> foreign = FileKinds.foreign(file);
    boolean isPickle =
        foreign.filter(kind -> kind == FileKind.PICKLE).isPresent()
            || (PickleNames.has(file) && Files.isRegularFile(file));
    if (isPickle) {
      throw DemofusionException.badModel(
          ("%s is a pickle, which could run code: convert it to safetensors where you trust it, or"
                  + " look for the ControlNet as .safetensors")
              .formatted(file));
    }
    foreign.ifPresent(
        kind -> {
          throw FileKinds.refusal(file, kind, WANTED);
        });
  }

  /** What a coordinator has to know of it. */
  public ControlFacts facts() {
    return new ControlFacts(
        blueFirst,
        shape.isUnion() ? shape.unionTypes() : null,
        Math.min(10, shape.cost()),
        shape.unet(),
        size());
  }

  /** Of all its weights. */
  public NetworkSize size() {
    return tensors.values().stream()
        .map(tensor -> new NetworkSize(tensor.entry().size(), tensor.entry().length()))
        .reduce(new NetworkSize(0, 0), NetworkSize::plus);
  }

  /**
   * Refuses it beside a model that it was not made for.
   *
   * @throws DemofusionException BAD_MODEL
   */
  public void requireFit(UnetShape model) {
    shape
        .unet()
        .misfit(model)
        .ifPresent(
            why -> {
              throw DemofusionException.badModel("the ControlNet %s %s".formatted(path(), why));
            });
  }

  private Path path() {
    return files.get(0);
  }

  /** Whether one file has all of it, so that it may go elsewhere without a folder. */
  public boolean isWhole() {
    return files.size() == 1
        && tensors.values().stream()
            .limit(1)
            .allMatch(tensor -> ControlConfig.isBlueFirst(tensor.file()) == blueFirst);
  }

  /**
   * Writes it as one file, since work names a network by one file's hash: shards one after the
   * other, and in the header what only config.json says. Equal networks make equal bytes.
   */
  public void joinTo(Path target) {
    Map<String, SafetensorsWriter.Raw> joined = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            joined.put(
                tensor.entry().name(),
                new SafetensorsWriter.Raw(
                    tensor.entry().dtype(),
                    tensor.entry().shape(),
                    () -> tensor.file().bytes(tensor.entry().name()))));
    SafeFile.write(
        target,
        channel -> SafetensorsWriter.copy(channel, joined, ControlConfig.header(blueFirst)));
  }

  /** Files that are being looked at. */
  private static final class Reading {
    private final Path path;
    private final List<SafetensorsFile> files;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    Reading(Path path, List<SafetensorsFile> files) {
      this.path = path;
      this.files = files;
    }

    ControlFile read(ControlFolder folder) {
      List<Entry> entries =
          files.stream().map(SafetensorsFile::entries).flatMap(Collection::stream).toList();
      requireControlNet(entries);
      ControlNames names = ControlNames.of(entries.stream().map(Entry::name).toList());
      for (SafetensorsFile file : files) {
        for (Entry entry : file.entries()) {
          if (names.isOfControlNet(entry.name())) {
            put(names.canonical(entry.name()), new Tensor(file, entry));
          }
        }
      }
      Map<String, long[]> shapes = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> shapes.put(name, tensor.entry().shape()));
      ControlShape shape = new ControlInference(path.toString(), shapes).shape();
      boolean blueFirst =
          folder.config().blueFirst() || files.stream().anyMatch(ControlConfig::isBlueFirst);
      return new ControlFile(folder.files(), shape, checked(shape), blueFirst);
    }

    private void requireControlNet(List<Entry> entries) {
      FileKind kind = FileKinds.of(entries);
      if (kind == FileKind.UNKNOWN) {
        throw FileKinds.unknown(path, entries, WANTED);
      }
      if (kind != FileKind.CONTROLNET) {
        throw FileKinds.refusal(path, kind, WANTED);
      }
    }

    private void put(String name, Tensor tensor) {
      Tensor other = tensors.put(name, tensor);
      if (other != null) {
        throw refusal(
            "has the same layer twice, as %s and as %s; it must be there once"
                .formatted(quoted(other), quoted(tensor)));
      }
    }

    /** Those that its shape demands, in the order of the network. */
    private Map<String, Tensor> checked(ControlShape shape) {
      Map<String, Tensor> checked = new LinkedHashMap<>();
      shape
          .tensors()
          .forEach(
              (name, sides) -> {
                Tensor tensor = tensors.get(name);
                if (tensor == null) {
                  throw refusal(
                      "has no tensor %s (as diffusers names it), which its other layers require"
                          .formatted(name));
                }
                check(tensor, sides);
                checked.put(name, tensor);
              });
      List<Tensor> others =
          tensors.entrySet().stream()
              .filter(tensor -> !checked.containsKey(tensor.getKey()))
              .map(Map.Entry::getValue)
              .toList();
      if (!others.isEmpty()) {
        throw refusal(
            "has %s tensors that no ControlNet here has, such as %s: it is another kind of network"
                .formatted(others.size(), quoted(others.get(0))));
      }
      return checked;
    }

    private void check(Tensor tensor, int[] sides) {
      long[] expected = Arrays.stream(sides).asLongStream().toArray();
      if (!Arrays.equals(expected, tensor.entry().shape())) {
        throw refusal(
            "has %s with shape %s where its other layers require %s"
                .formatted(
                    quoted(tensor),
                    Arrays.toString(tensor.entry().shape()),
                    Arrays.toString(sides)));
      }
      if (!READABLE.contains(tensor.entry().dtype())) {
        throw refusal(
            "has %s in %s; weights must be F32, F16, BF16, F8_E4M3 or F8_E5M2"
                .formatted(quoted(tensor), tensor.entry().typeName()));
      }
    }

    private DemofusionException refusal(String what) {
      return DemofusionException.badModel("the ControlNet " + path + " " + what);
    }

    private static String quoted(Tensor tensor) {
      return Excerpt.printable(tensor.entry().name(), LONGEST_KEY);
    }
  }
}
