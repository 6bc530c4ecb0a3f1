package demofusion.worker.model.checkpoint;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.tensor.TensorView;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the shapes of a part's tensors, which have the names of a folder. */
final class PartShapes {
  /** Far above every model, far below what could overflow. */
  private static final long LARGEST = 1 << 24;

  private final TensorSet tensors;

  PartShapes(TensorSet tensors) {
    this.tensors = tensors;
  }

  /** The file, for sentences. */
  String title() {
    return Checkpoint.title(tensors);
  }

  boolean has(String name) {
    return tensors.tensors().containsKey(name);
  }

  boolean hasUnder(String beginning) {
    return tensors.tensors().keySet().stream().anyMatch(name -> name.startsWith(beginning));
  }

  /** One side of a tensor that every model has. */
  int side(String name, int axis) {
    TensorView tensor = tensors.tensors().get(name);
    if (tensor == null) {
      throw DemofusionException.badModel(
          "%s lacks the %s's %s (as a folder names it)".formatted(title(), tensors.part(), name));
    }
    long side = axis < tensor.shape().length ? tensor.shape()[axis] : 0;
    if (side < 1 || side > LARGEST) {
      throw DemofusionException.badModel(
          "%s: the tensor %s has %s axes and %s along the %sth, which must be between 1 and %s"
              .formatted(
                  title(),
                  Checkpoint.shorten(tensor.name()),
                  tensor.shape().length,
                  side,
                  axis + 1,
                  LARGEST));
    }
    return (int) side;
  }

  int rank(String name) {
    TensorView tensor = tensors.tensors().get(name);
    return tensor == null ? 0 : tensor.shape().length;
  }

  /**
   * How many there are of something that is numbered.
   *
   * @param beginning what stands before the number
   */
  int count(String beginning) {
    Pattern numbered = Pattern.compile(Pattern.quote(beginning) + "(\\d{1,4})\\..*");
    return 1
        + tensors.tensors().keySet().stream()
            .map(numbered::matcher)
            .filter(Matcher::matches)
            .mapToInt(found -> Integer.parseInt(found.group(1)))
            .max()
            .orElse(-1);
  }
}
