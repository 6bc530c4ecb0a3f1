package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The checked weights of one network: every tensor that its configuration demands is there with the
 * right shape in a type that we read. Tensors that nothing demands are left alone, as diffusers
 * does.
 */
public final class Weights {
  /** The floating-point types that weights come in. */
  private static final Set<String> READABLE = Set.of("F32", "F16", "BF16");

  /** Where a tensor lies. */
  private record Place(SafetensorsFile file, String name) {}

  private final Layout layout;
  private final Map<String, Place> places;

  private Weights(Layout layout, Map<String, Place> places) {
    this.layout = layout;
    this.places = places;
  }

  /**
   * @param part the part's name within the model folder, for sentences
   * @param spelling from a name in a file to the layout's, as {@link TensorNames} has them
   */
  static Weights open(
      String part, WeightFiles files, Layout layout, UnaryOperator<String> spelling) {
    Map<String, Place> there = new LinkedHashMap<>();
    Map<String, Path> owner = new LinkedHashMap<>();
    for (Path path : files.files()) {
      SafetensorsFile file = SafetensorsFile.open(path);
      for (String name : file.names()) {
        Path other = owner.put(name, path);
        if (other != null) {
          throw DemofusionException.badModel(
              "%s has the tensor %s in both %s and %s"
                  .formatted(part, name, fileName(other), fileName(path)));
        }
        Place same = there.put(spelling.apply(name), new Place(file, name));
        if (same != null) {
          throw DemofusionException.badModel(
              "%s has the tensor %s under another name too, %s: it must be there once"
                  .formatted(part, name, same.name()));
        }
      }
    }
    Map<String, Place> places = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> wanted : layout.shapes().entrySet()) {
      Place place = there.get(wanted.getKey());
      if (place == null) {
        throw DemofusionException.badModel(
            "%s has no tensor %s, which %s/config.json requires with shape %s"
                .formatted(part, wanted.getKey(), part, Arrays.toString(wanted.getValue())));
      }
      check(part, owner, place, wanted.getKey(), wanted.getValue());
      places.put(wanted.getKey(), place);
    }
    return new Weights(layout, places);
  }

  private static void check(
      String part, Map<String, Path> owner, Place place, String name, int[] shape) {
    SafetensorsFile.Entry entry = place.file().entry(place.name());
    String where =
        part + "/" + fileName(Optional.ofNullable(owner.get(place.name())).orElseThrow());
    long[] wanted = Arrays.stream(shape).asLongStream().toArray();
    if (!Arrays.equals(entry.shape(), wanted)) {
      throw DemofusionException.badModel(
          "%s: the tensor %s has shape %s where %s/config.json requires %s"
              .formatted(
                  where, name, Arrays.toString(entry.shape()), part, Arrays.toString(shape)));
    }
    if (!READABLE.contains(entry.dtype().name())) {
      throw DemofusionException.badModel(
          "%s: the tensor %s has type %s, but weights must be F32, F16 or BF16"
              .formatted(where, name, entry.typeName()));
    }
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }

  public Layout layout() {
    return layout;
  }

  /** F32, F16 or BF16. */
  public String type(String name) {
    return entry(name).dtype().name();
  }

  public long[] shape(String name) {
    return entry(name).shape().clone();
  }

  /** Little-endian, read-only, mapped: the file's own pages. */
  public ByteBuffer bytes(String name) {
    Place place = place(name);
    return place.file().bytes(place.name());
  }

  /** Of all tensors that the network uses, as they lie in the file. */
  public long storedBytes() {
    return layout.shapes().keySet().stream().mapToLong(name -> entry(name).length()).sum();
  }

  private SafetensorsFile.Entry entry(String name) {
    Place place = place(name);
    return place.file().entry(place.name());
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return place;
  }
}
