package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.tensor.TensorView;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The checked weights of one network: every tensor that its configuration demands is there with the
 * right shape in a type that we read. Tensors that nothing demands are left alone, as diffusers
 * does.
 */
public final class Weights {
  private static final int NAMED_MISSING = 3;

  private final Layout layout;
  private final Map<String, TensorView> tensors;
  private final List<Path> files;

  private Weights(Layout layout, Map<String, TensorView> tensors, List<Path> files) {
    this.layout = layout;
    this.tensors = tensors;
    this.files = List.copyOf(files);
  }

  /**
   * @param part the part's name within the model folder, for sentences
   * @param spelling from a name in a file to the layout's, as {@link
   *     demofusion.worker.model.tensor.TensorNames} has them
   */
  static Weights open(
      String part, WeightFiles files, Layout layout, UnaryOperator<String> spelling) {
    return of(files.read(part, spelling), layout);
  }

  /** Of whatever tensors a part has. */
  public static Weights of(TensorSet there, Layout layout) {
    Map<String, TensorView> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> wanted : layout.shapes().entrySet()) {
      TensorView tensor = there.tensors().get(wanted.getKey());
      if (tensor == null) {
        throw missing(there, layout, wanted.getKey(), wanted.getValue());
      }
      check(there.part(), tensor, wanted.getKey(), wanted.getValue());
      tensors.put(wanted.getKey(), tensor);
    }
    return new Weights(layout, tensors, there.files());
  }

  private static DemofusionException missing(
      TensorSet there, Layout layout, String name, int[] shape) {
    List<String> more =
        layout.shapes().keySet().stream()
            .filter(wanted -> !there.tensors().containsKey(wanted) && !wanted.equals(name))
            .toList();
    String others =
        more.isEmpty()
            ? ""
            : " (nor %s others: %s%s)"
                .formatted(
                    more.size(),
                    String.join(", ", more.subList(0, Math.min(NAMED_MISSING, more.size()))),
                    more.size() > NAMED_MISSING ? " …" : "");
    return DemofusionException.badModel(
        "%s has no tensor %s, which %s/config.json requires with shape %s%s"
            .formatted(there.part(), name, there.part(), Arrays.toString(shape), others));
  }

  private static void check(String part, TensorView tensor, String name, int[] shape) {
    String where = part + "/" + tensor.fileName();
    long[] wanted = Arrays.stream(shape).asLongStream().toArray();
    if (!Arrays.equals(tensor.shape(), wanted)) {
      throw DemofusionException.badModel(
          "%s: the tensor %s has shape %s where %s/config.json requires %s"
              .formatted(
                  where, name, Arrays.toString(tensor.shape()), part, Arrays.toString(shape)));
    }
    if (!tensor.isReadable()) {
      throw DemofusionException.badModel(
          "%s: the tensor %s has type %s, but weights must be %s"
              .formatted(where, name, tensor.typeName(), TensorView.READ));
    }
  }

  public Layout layout() {
    return layout;
  }

  /** F32, F16 or BF16: the type of {@link #bytes}. */
  public String type(String name) {
    return tensor(name).type().name();
  }

  public long[] shape(String name) {
    return tensor(name).shape().clone();
  }

  /**
   * Little-endian, read-only, mapped where a tensor lies so in the file: its own pages. What is
   * stored in eight bits or turned is a copy.
   */
  public ByteBuffer bytes(String name) {
    return tensor(name).bytes();
  }

  /** As the tensors lie in their files. */
  public TensorView tensor(String name) {
    TensorView tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return tensor;
  }

  /** All of them. */
  public Collection<TensorView> tensors() {
    return tensors.values();
  }

  /** That they lie in. */
  public List<Path> files() {
    return files;
  }

  /** Of all tensors that the network uses, as they are stored. */
  public long storedBytes() {
    return tensors.values().stream().mapToLong(TensorView::storedBytes).sum();
  }
}
