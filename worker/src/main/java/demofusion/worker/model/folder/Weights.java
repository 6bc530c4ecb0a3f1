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
   */
  static Weights open(String part, WeightFiles files, Layout layout) {
    Map<String, Place> there = new LinkedHashMap<>();
    Map<String, Path> owner = new LinkedHashMap<>();
    for (Path path : files.files()) {
      SafetensorsFile file = SafetensorsFile.open(path);
      for (String name : file.names()) {
        Path other = owner.put(name, path);
        if (other != null) {
          throw DemofusionException.badModel(
              part
                  + " has the tensor "
                  + name
                  + " in both "
                  + fileName(other)
                  + " and "
                  + fileName(path));
        }
        there.put(OldNames.today(name), new Place(file, name));
      }
    }
    Map<String, Place> places = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> wanted : layout.shapes().entrySet()) {
      Place place = there.get(wanted.getKey());
      if (place == null) {
        throw DemofusionException.badModel(
            part
                + " lacks the tensor "
                + wanted.getKey()
                + ", which "
                + part
                + "/config.json demands with shape "
                + Arrays.toString(wanted.getValue()));
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
          where
              + ": the tensor "
              + name
              + " has shape "
              + Arrays.toString(entry.shape())
              + " where "
              + part
              + "/config.json demands "
              + Arrays.toString(shape));
    }
    if (!READABLE.contains(entry.dtype().name())) {
      throw DemofusionException.badModel(
          where
              + ": the tensor "
              + name
              + " has type "
              + entry.dtype()
              + ", but weights must be F32, F16 or BF16");
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
