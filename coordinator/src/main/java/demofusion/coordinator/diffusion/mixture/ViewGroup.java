package demofusion.coordinator.diffusion.mixture;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.ViewBatch.Row;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring views that lie in several regions each, with the units of work that predict them.
 * Their predictions ε_r with each prompt r are mixed to ε = Σ W_r ∘ ε_r, in the order of the
 * prompts (conditioning section 3.2).
 *
 * @param views neighbours among those of the timestep's local or dilated views that are predicted,
 *     whatever their prompt
 * @param batches in the order of their indices
 */
public record ViewGroup(List<Row> views, List<ViewBatch> batches) {
  /** Samples that are guided and weighed at once: they stay in the fastest cache meanwhile. */
  private static final int BLOCK = 1024;

  public ViewGroup {
    views = List.copyOf(views);
    batches = List.copyOf(batches);
  }

  /** A prediction's place among the answers. */
  private record Key(int view, int prompt) {}

  /** One prediction among those of an answer: its samples from {@code at} on. */
  private record Part(float[] values, int at) {}

  /** The index of the batch with which all are there. */
  public int last() {
    return batches.get(batches.size() - 1).index();
  }

  /** The views as one batch, whose prediction is what {@link #mix} makes. */
  public ViewBatch whole() {
    return new ViewBatch(last(), views, GuidanceHalf.BOTH, views.size());
  }

  /**
   * Guides what came in halves, and mixes.
   *
   * @param predictions of the batches, in their order, each (rows, channels, height, width)
   * @param reused what an earlier group of the timestep got, and nobody needs any more: the result
   *     is in it where it has that size
   * @return (views, channels, height, width)
   */
  public Tensor mix(
      List<Tensor> predictions, RegionWeights weights, Guidance guidance, Tensor reused) {
    Map<Key, Part> texts = new HashMap<>();
    Map<Key, Part> others = new HashMap<>();
    int[] shape = predictions.get(0).shape().clone();
    for (int n = 0; n < batches.size(); n++) {
      ViewBatch batch = batches.get(n);
      boolean isOther = batch.half() == GuidanceHalf.UNCONDITIONAL;
      put(batch, predictions.get(n), isOther ? others : texts);
    }
    shape[0] = views.size();
    Tensor mixed = Arrays.equals(shape, reused.shape()) ? reused : Tensor.zeros(shape);
    int[] one = shape.clone();
    one[0] = 1;
    int size = mixed.values().length / views.size();
    for (int view = 0; view < views.size(); view++) {
      int number = views.get(view).number();
      int at = view * size;
      List<Integer> prompts = // those in which the view lies
          texts.keySet().stream()
              .filter(key -> key.view() == number)
              .map(Key::prompt)
              .sorted()
              .toList();
      for (int prompt : prompts) {
        Key key = new Key(number, prompt);
        Part text = Objects.requireNonNull(texts.get(key));
        Part other = others.getOrDefault(key, shared(others, number));
        float[] weight = weights.in(views.get(view).view(), prompt);
        boolean isFirst = prompt == prompts.get(0);
        if (other == null || guidance.isBySample()) {
          add(text, other, guidance, weight, isFirst, mixed.values(), at, size);
        } else {
          Tensor whole = guidance.apply(tensor(one, text, size), tensor(one, other, size));
          Part guided = new Part(whole.values(), 0);
          add(guided, null, guidance, weight, isFirst, mixed.values(), at, size);
        }
      }
    }
    return mixed;
  }

  /** The unconditional half that all prompts of a view have; null: there is none. */
  private static @Nullable Part shared(Map<Key, Part> others, int number) {
    return others.get(new Key(number, ViewGroups.EVERY_PROMPT));
  }

  private static void put(ViewBatch batch, Tensor prediction, Map<Key, Part> into) {
    int size = prediction.values().length / batch.rows().size();
    for (int n = 0; n < batch.rows().size(); n++) {
      Row row = batch.rows().get(n);
      into.put(new Key(row.number(), row.prompt()), new Part(prediction.values(), n * size));
    }
  }

  private static Tensor tensor(int[] shape, Part part, int size) {
    float[] all = part.values();
    return new Tensor(
        shape, all.length == size ? all : Arrays.copyOfRange(all, part.at(), part.at() + size));
  }

  /**
   * Adds one prompt's prediction to a view's, guided sample by sample where it came in halves.
   *
   * @param other the unconditional half; null: the prediction is guided already, or not at all
   * @param weight of one plane
   * @param isFirst whether the view has none yet
   * @param sum of the view, {@code size} samples from {@code at} on
   */
  private static void add(
      Part text,
      @Nullable Part other,
      Guidance guidance,
      float[] weight,
      boolean isFirst,
      float[] sum,
      int at,
      int size) {
    float[] guided = new float[BLOCK];
    for (int plane = 0; plane < size; plane += weight.length) {
      for (int from = 0; from < weight.length; from += BLOCK) {
        int count = Math.min(BLOCK, weight.length - from);
        int textAt = text.at() + plane + from;
        if (other == null) {
          System.arraycopy(text.values(), textAt, guided, 0, count);
        } else {
          int otherAt = other.at() + plane + from;
          guidance.guide(text.values(), textAt, other.values(), otherAt, guided, count);
        }
        if (isFirst) {
          set(guided, weight, from, sum, at + plane + from, count);
        } else {
          add(guided, weight, from, sum, at + plane + from, count);
        }
      }
    }
  }

  private static void set(
      float[] guided, float[] weight, int from, float[] sum, int at, int count) {
    for (int n = 0; n < count; n++) {
      sum[at + n] = weight[from + n] * guided[n];
    }
  }

  private static void add(
      float[] guided, float[] weight, int from, float[] sum, int at, int count) {
    for (int n = 0; n < count; n++) {
      sum[at + n] += weight[from + n] * guided[n];
    }
  }
}
