package demofusion.worker.model.control;

import demofusion.protocol.work.ControlInput;
import java.util.ArrayList;
import java.util.List;

/**
 * One evaluation of a ControlNet: with one picture, or of a union with one picture for each of
 * several types (conditioning section 2.5), which are then told to it together.
 *
 * @param inputs of one network and all soft or none
 */
public record ControlPass(List<ControlInput> inputs) {
  /** By layer, from the middle outwards (conditioning section 2.2). */
  private static final double SOFTENING = 0.825;

  private static final int HARDEST = 12;

  public ControlPass {
    inputs = List.copyOf(inputs);
  }

  /**
   * The passes of a forward, in the order of their first pictures; what weighs nothing is left out.
   */
  public static List<ControlPass> of(List<ControlInput> controls) {
    List<List<ControlInput>> passes = new ArrayList<>();
    for (ControlInput control : controls) {
      if (control.scale() != 0) {
        passes.stream()
            .filter(pass -> isOnePass(pass, control))
            .findFirst()
            .orElseGet(
                () -> {
                  List<ControlInput> other = new ArrayList<>();
                  passes.add(other);
                  return other;
                })
            .add(control);
      }
    }
    return passes.stream().map(ControlPass::new).toList();
  }

  /** A union is told each type once. */
  private static boolean isOnePass(List<ControlInput> pass, ControlInput control) {
    ControlInput first = pass.get(0);
    Integer type = control.unionType();
    return type != null
        && first.networkHash().equals(control.networkHash())
        && first.soft() == control.soft()
        && pass.stream().noneMatch(input -> type.equals(input.unionType()));
  }

  String networkHash() {
    return inputs.get(0).networkHash();
  }

  /** Numbers of the types of a union's pictures; none: it is no union. */
  List<Integer> types() {
    List<Integer> types = new ArrayList<>();
    for (ControlInput input : inputs) {
      Integer type = input.unionType();
      if (type != null) {
        types.add(type);
      }
    }
    return types;
  }

  /** Of each picture; it counts where they are several. */
  double[] scales() {
    return inputs.stream().mapToDouble(ControlInput::scale).toArray();
  }

  /** What each output is multiplied with; several pictures have their scales before that. */
  double[] weights(int outputs) {
    double scale = inputs.size() == 1 ? inputs.get(0).scale() : 1;
    double[] weights = new double[outputs];
    for (int n = 0; n < outputs; n++) {
      weights[n] = inputs.get(0).soft() ? scale * Math.pow(SOFTENING, HARDEST - n) : scale;
    }
    return weights;
  }
}
