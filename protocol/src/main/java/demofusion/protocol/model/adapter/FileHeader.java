package demofusion.protocol.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The header of a file of weights that is being looked at, with the sentences of what is wrong.
 *
 * @param title what the file is, for sentences
 */
record FileHeader(String title, SafetensorsFile file) {
  private static final Set<DType> READABLE =
      Set.of(DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2);
  private static final int LONGEST_KEY = 80;
  private static final int MOST = 1 << 16;

  boolean has(String name) {
    return file.names().contains(name);
  }

  /** One side of a tensor, which must have so many. */
  int side(String name, int axes, int axis) {
    if (!has(name)) {
      throw refusal("has no tensor " + quoted(name) + ": the file is incomplete or another kind");
    }
    long[] sides = file.entry(name).shape();
    if (sides.length != axes || Arrays.stream(sides).anyMatch(side -> side < 1 || side > MOST)) {
      throw refusal(
          "has %s with shape %s where it must have %s sides of 1 to %s"
              .formatted(quoted(name), Arrays.toString(sides), axes, MOST));
    }
    return (int) sides[axis];
  }

  /** Every one of them must be there, with these sides and in a type that is read. */
  void require(Map<String, int[]> wanted) {
    wanted.forEach(
        (name, sides) -> {
          if (!has(name)) {
            throw refusal("has no tensor %s: the file is incomplete".formatted(quoted(name)));
          }
          Entry entry = file.entry(name);
          if (!Arrays.equals(Arrays.stream(sides).asLongStream().toArray(), entry.shape())) {
            throw refusal(
                "has %s with shape %s where its other layers require %s"
                    .formatted(
                        quoted(name), Arrays.toString(entry.shape()), Arrays.toString(sides)));
          }
          if (!READABLE.contains(entry.dtype())) {
            throw refusal(
                "has %s in %s; weights must be F32, F16, BF16, F8_E4M3 or F8_E5M2"
                    .formatted(quoted(name), entry.typeName()));
          }
        });
  }

  DemofusionException refusal(String what) {
    return DemofusionException.badModel("%s %s %s".formatted(title, file.path(), what));
  }

  static String quoted(String key) {
    return Excerpt.printable(key, LONGEST_KEY);
  }
}
