package demofusion.worker.model.lora;

import static java.util.stream.Collectors.joining;

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
  /** The largest float16, which no trainer comes near; more would make infinite weights. */
  static final int MOST_ALPHA = 65_504;

  private final String file;
  private final LoraTarget target;
  private final int[] shape;
  private final Map<LoraPart, Factor> parts;
  private final ToDoubleBiFunction<LoraTarget, Integer> scaleWithoutAlpha;

  /** A change, and the rank that alpha is divided by; 0: it has no scale. */
  private record Ranked(WeightChange change, int rank) {}

  /**
   * The kinds of change of a weight, by their parts, which stand together; a module has at most
   * one.
   */
  private enum Kind {
    LOW_RANK(LoraPart.DOWN, LoraPart.MID),
    HADAMARD(LoraPart.HADA_W1_A, LoraPart.HADA_T2),
    KRONECKER(LoraPart.LOKR_W1, LoraPart.LOKR_T2),
    DIFFERENCE(LoraPart.DIFF, LoraPart.DIFF);

    private final LoraPart first;
    private final LoraPart last;

    Kind(LoraPart first, LoraPart last) {
      this.first = first;
      this.last = last;
    }

    boolean has(LoraPart part) {
      return part.compareTo(first) >= 0 && part.compareTo(last) <= 0;
    }
  }

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
    requireFitting(found.change().rows(), found.change().columns());
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
    Map<Kind, LoraPart> kinds = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      parts.keySet().stream().filter(kind::has).findFirst().ifPresent(one -> kinds.put(kind, one));
    }
    if (kinds.size() > 1) {
      throw bad(
          "has more than one change of %s (%s), which must be one"
              .formatted(
                  target, kinds.values().stream().map(LoraModule::words).collect(joining(", "))));
    }
    if (kinds.isEmpty()) {
      requireNoLengths();
      return null;
    }
    return switch (kinds.keySet().iterator().next()) {
      case LOW_RANK -> lowRank();
      case HADAMARD -> hadamard();
      case KRONECKER -> kronecker();
      case DIFFERENCE ->
          new Ranked(new Difference(outputs(), inner(), fitting(need(LoraPart.DIFF))), 0);
    };
  }

  /** DoRA's lengths are those of a change, and say nothing without it. */
  private void requireNoLengths() {
    if (parts.containsKey(LoraPart.DORA_SCALE) || parts.containsKey(LoraPart.MAGNITUDE)) {
      throw bad(
          "has only a part of what changes %s: the change that its magnitude (DoRA) belongs to is"
                  .formatted(target)
              + " missing");
    }
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
    requireKernel(middle, down, up.columns(), true);
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
    return product(need(outer), need(inner), parts.get(kernel), true);
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
                need(LoraPart.LOKR_W2_A),
                need(LoraPart.LOKR_W2_B),
                parts.get(LoraPart.LOKR_T2),
                false);
    int rank =
        !isSecondWhole
            ? need(LoraPart.LOKR_W2_B).rows()
            : isFirstWhole ? 0 : need(LoraPart.LOKR_W1_B).rows();
    requireFitting((long) first.rows() * second.rows(), (long) first.columns() * second.columns());
    return new Ranked(new Kronecker(first, second.rows(), inner(), second), rank);
  }

  private static WeightChange whole(Factor matrix) {
    return new Difference(matrix.rows(), matrix.columns(), matrix.values());
  }

  /**
   * a·b, or with a kernel Σ t[p, q, h, w]·a[p, o]·b[q, i].
   *
   * @param isWhole whether it is the whole change, not a factor of it
   */
  private LowRank product(Factor outer, Factor inner, @Nullable Factor kernel, boolean isWhole) {
    if (kernel == null) {
      return product(outer, inner);
    }
    requireMatrix(outer);
    requireMatrix(inner);
    requireKernel(kernel, inner, outer.rows(), isWhole);
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

  /** All that a kernel is spread to, before memory is taken for it: a file's shapes may lie. */
  private void requireKernel(Factor kernel, Factor inputs, int rank, boolean isWhole) {
    if (rank != inputs.rows()
        || kernel.axes() != 4
        || kernel.rows() != rank
        || kernel.shape()[1] != rank) {
      throw bad(
          "has the middle %s for %s, which must have %s × %s × height × width, as the ranks beside"
                  .formatted(kernel, target, rank, inputs.rows())
              + " it, and those must be equal");
    }
    long size = (long) kernel.shape()[2] * kernel.shape()[3];
    long columns = inputs.columns() * size;
    boolean isFitting = isWhole ? columns == inner() : columns <= inner();
    if (size != kernelSize() || !isFitting) {
      throw bad(
          "changes %s by the middle %s of %s where the model has %s%s"
              .formatted(target, kernel, inputs, Arrays.toString(shape), otherModel()));
    }
  }

  private void requireFitting(long rows, long columns) {
    if (rows != outputs() || columns != inner()) {
      throw bad(
          "changes %s by %s × %s where the model has %s%s"
              .formatted(target, rows, columns, Arrays.toString(shape), otherModel()));
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
    int count = alpha.values().length;
    if (count != 1) {
      throw bad(
          "has an alpha of %s numbers for %s; it must be one other than 0"
              .formatted(count, target));
    }
    float value = alpha.values()[0];
    if (!Float.isFinite(value) || value == 0) {
      throw bad(
          "has the alpha %s for %s; it must be one number other than 0".formatted(value, target));
    }
    if (rank == 0) {
      return 1; // trainers write a rank there that no matrix has
    }
    if (Math.abs(value) > MOST_ALPHA) {
      throw bad(
          "has the alpha %s for %s; it must be at most %s".formatted(value, target, MOST_ALPHA));
    }
    return (double) value / rank;
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

  /** Height times width of the model's kernel; 1 where it has none. */
  private int kernelSize() {
    return shape.length == 4 ? shape[2] * shape[3] : 1;
  }

  private static String otherModel() {
    return ": it was made for another model";
  }

  private DemofusionException bad(String what) {
    return DemofusionException.badModel("LoRA " + file + " " + what);
  }
}
