package demofusion.worker.model.checkpoint;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.tensor.TensorView;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the shapes of a part's tensors, which have the names of a folder. */
final class PartShapes {
  /** Far above every model, far below what could overflow. */
  private static final long LARGEST = 1 << 24;

  private static final Pattern NUMBER = Pattern.compile("(\\d{1,4})\\..*");

  private final TensorSet tensors;

  /** In order, so that a question looks only at the names that it is about. */
  private final NavigableSet<String> names;

  PartShapes(TensorSet tensors) {
    this.tensors = tensors;
    this.names = new TreeSet<>(tensors.tensors().keySet());
  }

  /** The file, for sentences. */
  String title() {
    return Checkpoint.title(tensors);
  }

  boolean has(String name) {
    return tensors.tensors().containsKey(name);
  }

  boolean hasUnder(String beginning) {
    String first = names.ceiling(beginning);
    return first != null && first.startsWith(beginning);
  }

  /** One side of a tensor that every model has. */
  int side(String name, int axis) {
    TensorView tensor = tensors.tensors().get(name);
    if (tensor == null) {
      throw DemofusionException.badModel(
          ("%s lacks the %s's %s (as a folder names it): give the whole checkpoint, or the folder"
                  + " that it is a part of")
              .formatted(title(), tensors.part(), name));
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
    return 1
        + names.tailSet(beginning).stream()
            .takeWhile(name -> name.startsWith(beginning))
            .map(name -> NUMBER.matcher(name.substring(beginning.length())))
            .filter(Matcher::matches)
            .mapToInt(found -> Integer.parseInt(found.group(1)))
            .max()
            .orElse(-1);
  }

  /**
   * The same where names could ask for more than any model has, and all of it would be built.
   *
   * @param what there are so many of, for a sentence
   */
  int count(String beginning, String what, int most) {
    int count = count(beginning);
    requireAtMost(count, what, most);
    return count;
  }

  void requireAtMost(int count, String what, int most) {
    if (count > most) {
      throw DemofusionException.badModel(
          "%s: the %s has %s %s; at most %s are known: give --model-config"
              .formatted(title(), tensors.part(), count, what, most));
    }
  }
}
