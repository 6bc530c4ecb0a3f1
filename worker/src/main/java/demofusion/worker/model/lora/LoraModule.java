package demofusion.worker.model.lora;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.lora.AppliedChange.Magnitude;
import demofusion.worker.model.lora.WeightChange.Difference;
import demofusion.worker.model.lora.WeightChange.Hadamard;
import demofusion.worker.model.lora.WeightChange.Kronecker;
import demofusion.worker.model.lora.WeightChange.LowRank;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One module's tensors in a LoRA file, and the change that they are. Formulas are those of
 * coordinator/docs/lora.md; what does not fit together or the model is refused by name.
 */
final class LoraModule {
  private final String file;
  private final LoraTarget target;
  private final int[] shape;
  private final Map<LoraPart, Factor> parts;
  private final ToDoubleBiFunction<LoraTarget, Integer> scaleWithoutAlpha;

  /** A change, and the rank that alpha is divided by; 0: it has no scale. */
  private record Ranked(WeightChange change, int rank) {}

  /**
   * @param file the LoRA's name, for sentences
   * @param shape of the model's weight
   * @param scaleWithoutAlpha of a module and its rank
   */
  LoraModule(
      String file,
      LoraTarget target,
      int[] shape,
      Map<LoraPart, Factor> parts,
      ToDoubleBiFunction<LoraTarget, Integer> scaleWithoutAlpha) {
    this.file = file;
    this.target = target;
    this.shape = shape;
    this.parts = new EnumMap<>(parts);
    this.scaleWithoutAlpha = scaleWithoutAlpha;
  }

  /** What becomes of the module's weight; empty: nothing. */
  Optional<AppliedChange> onWeight(double weight) {
    Ranked found = found();
    if (found == null) {
      return Optional.empty();
    }
    requireFitting(found.change());
    return Optional.of(new AppliedChange(found.change(), weight, scale(found.rank()), magnitude()));
  }

  /** What becomes of its bias. */
  Optional<AppliedChange> onBias(double weight, int @Nullable [] bias) {
    boolean isScaled = parts.containsKey(LoraPart.UP_BIAS);
    Factor difference = parts.get(isScaled ? LoraPart.UP_BIAS : LoraPart.DIFF_BIAS);
    if (difference == null) {
      return Optional.empty();
    }
    if (bias == null) {
      throw bad("changes the bias of %s, which has none".formatted(target));
    }
    int length = difference.values().length;
    if (length != bias[0]) {
      throw bad(
          "changes the bias of %s by %s where the model has %s%s"
              .formatted(target, difference, Arrays.toString(bias), otherModel()));
    }
    double scale = isScaled ? scale(need(LoraPart.DOWN).rows()) : 1;
    return Optional.of(
        new AppliedChange(new Difference(length, 1, difference.values()), weight, scale, null));
  }

  private @Nullable Ranked found() {
    if (hasAny(LoraPart.DOWN, LoraPart.UP, LoraPart.MID)) {
      return lowRank();
    }
    if (hasAny(LoraPart.HADA_W1_A, LoraPart.HADA_W1_B, LoraPart.HADA_W2_A, LoraPart.HADA_W2_B)) {
      return hadamard();
    }
    if (hasAny(
        LoraPart.LOKR_W1,
        LoraPart.LOKR_W1_A,
        LoraPart.LOKR_W1_B,
        LoraPart.LOKR_W2,
        LoraPart.LOKR_W2_A,
        LoraPart.LOKR_W2_B)) {
      return kronecker();
    }
    Factor difference = parts.get(LoraPart.DIFF);
    return difference == null
        ? null
        : new Ranked(new Difference(outputs(), inner(), fitting(difference)), 0);
  }

  private Ranked lowRank() {
    Factor down = need(LoraPart.DOWN);
    Factor up = need(LoraPart.UP);
    Factor middle = parts.get(LoraPart.MID);
    requireMatrix(up);
    requireMatrix(down);
    if (middle == null) {
      return new Ranked(product(up, down), down.rows());
    }
    requireKernel(middle, down.rows(), up.columns());
    return new Ranked(product(up, middle.spread(down)), down.rows());
  }

  private Ranked hadamard() {
    LowRank first = half(LoraPart.HADA_W1_A, LoraPart.HADA_W1_B, LoraPart.HADA_T1);
    LowRank second = half(LoraPart.HADA_W2_A, LoraPart.HADA_W2_B, LoraPart.HADA_T2);
    if (first.rows() != second.rows() || first.columns() != second.columns()) {
      throw bad(
          "has two halves for %s of %s × %s and %s × %s, which must be equal"
              .formatted(target, first.rows(), first.columns(), second.rows(), second.columns()));
    }
    return new Ranked(new Hadamard(first, second), need(LoraPart.HADA_W1_B).rows());
  }

  private LowRank half(LoraPart outer, LoraPart inner, LoraPart kernel) {
    return product(need(outer), need(inner), parts.get(kernel));
  }

  private Ranked kronecker() {
    boolean isFirstWhole = parts.containsKey(LoraPart.LOKR_W1);
    boolean isSecondWhole = parts.containsKey(LoraPart.LOKR_W2);
    WeightChange first =
        isFirstWhole
            ? whole(need(LoraPart.LOKR_W1))
            : product(need(LoraPart.LOKR_W1_A), need(LoraPart.LOKR_W1_B));
    WeightChange second =
        isSecondWhole
            ? whole(need(LoraPart.LOKR_W2))
            : product(
                need(LoraPart.LOKR_W2_A), need(LoraPart.LOKR_W2_B), parts.get(LoraPart.LOKR_T2));
    int rank =
        !isSecondWhole
            ? need(LoraPart.LOKR_W2_B).rows()
            : isFirstWhole ? 0 : need(LoraPart.LOKR_W1_B).rows();
    int columns = Math.multiplyExact(first.columns(), second.columns());
    return new Ranked(new Kronecker(first, second.rows(), columns, second), rank);
  }

  private static WeightChange whole(Factor matrix) {
    return new Difference(matrix.rows(), matrix.columns(), matrix.values());
  }

  /** a·b, or with a kernel Σ t[p, q, h, w]·a[p, o]·b[q, i]. */
  private LowRank product(Factor outer, Factor inner, @Nullable Factor kernel) {
    if (kernel == null) {
      return product(outer, inner);
    }
    requireMatrix(outer);
    requireMatrix(inner);
    requireKernel(kernel, inner.rows(), outer.rows());
    return product(outer.transposed(), kernel.spread(inner));
  }

  private LowRank product(Factor up, Factor down) {
    requireMatrix(up);
    requireMatrix(down);
    if (up.columns() != down.rows() || down.rows() == 0) {
      throw bad("has ranks for %s that do not match: %s and %s".formatted(target, up, down));
    }
    return new LowRank(up.rows(), down.columns(), down.rows(), up.values(), down.values());
  }

  private void requireMatrix(Factor factor) {
    if (!factor.isMatrix()) {
      throw bad("has %s for %s, which must have 2 or 4 axes".formatted(factor, target));
    }
  }

  private void requireKernel(Factor kernel, int inputs, int outputs) {
    if (kernel.axes() != 4 || kernel.rows() != outputs || kernel.shape()[1] != inputs) {
      throw bad(
          "has the middle %s for %s, which must have %s × %s × height × width"
              .formatted(kernel, target, outputs, inputs));
    }
  }

  private void requireFitting(WeightChange change) {
    if (change.rows() != outputs() || change.columns() != inner()) {
      throw bad(
          "changes %s by %s × %s where the model has %s%s"
              .formatted(
                  target, change.rows(), change.columns(), Arrays.toString(shape), otherModel()));
    }
  }

  private float[] fitting(Factor difference) {
    if (difference.values().length != (long) outputs() * inner()
        || difference.rows() != outputs()) {
      throw bad(
          "changes %s by %s where the model has %s%s"
              .formatted(target, difference, Arrays.toString(shape), otherModel()));
    }
    return difference.values();
  }

  private @Nullable Magnitude magnitude() {
    Factor byName = parts.get(LoraPart.MAGNITUDE);
    Factor lengths = byName == null ? parts.get(LoraPart.DORA_SCALE) : byName;
    if (lengths == null) {
      return null;
    }
    int count = lengths.values().length;
    boolean ofOutputs = count == outputs() && (byName != null || lengths.rows() == outputs());
    int inputs = shape.length < 2 ? 1 : shape[1];
    if (!ofOutputs && (count != inputs || lengths.rows() != 1)) {
      throw bad(
          "has the magnitude %s for %s, which must have %s values, one for each output, or 1 × %s"
              .formatted(lengths, target, outputs(), inputs));
    }
    return new Magnitude(lengths.values(), ofOutputs, inner() / inputs);
  }

  private double scale(int rank) {
    Factor alpha = parts.get(LoraPart.ALPHA);
    if (alpha == null) {
      return rank == 0 ? 1 : scaleWithoutAlpha.applyAsDouble(target, rank);
    }
    float value = alpha.values().length == 1 ? alpha.values()[0] : Float.NaN;
    if (!Float.isFinite(value) || value == 0) {
      throw bad(
          "has the alpha %s for %s; it must be one number other than 0"
              .formatted(Arrays.toString(Arrays.copyOf(alpha.values(), 1)), target));
    }
    return rank == 0 ? 1 : (double) value / rank;
  }

  private boolean hasAny(LoraPart... wanted) {
    return Arrays.stream(wanted).anyMatch(parts::containsKey);
  }

  private Factor need(LoraPart part) {
    Factor factor = parts.get(part);
    if (factor == null) {
      throw bad("has only a part of what changes %s: %s is missing".formatted(target, words(part)));
    }
    return factor;
  }

  private static String words(LoraPart part) {
    return part.endings().isEmpty() ? part.name() : part.endings().get(0).substring(1);
  }

  private int outputs() {
    return shape[0];
  }

  private int inner() {
    int inner = 1;
    for (int axis = 1; axis < shape.length; axis++) {
      inner *= shape[axis];
    }
    return inner;
  }

  private static String otherModel() {
    return ": it was made for another model";
  }

  private DemofusionException bad(String what) {
    return DemofusionException.badModel("LoRA " + file + " " + what);
  }
}
