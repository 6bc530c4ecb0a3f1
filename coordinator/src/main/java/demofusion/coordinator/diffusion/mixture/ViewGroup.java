package demofusion.coordinator.diffusion.mixture;

import demofusion.coordinator.diffusion.view.View;
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
  /** Samples that are guided and weighed at once: they stay in a fast cache meanwhile. */
  private static final int BLOCK = 8192;

  public ViewGroup {
    views = List.copyOf(views);
    batches = List.copyOf(batches);
  }

  /** Takes some rows of a view's prediction, once they are mixed. */
  @FunctionalInterface
  public interface Mixed {
    /**
     * @param number of the view among the timestep's local or dilated ones
     * @param samples (channels, rows, view's width), the first of what may be a longer array; good
     *     until the next
     */
    void accept(View view, int number, int firstRow, int rows, float[] samples);
  }

  /** A prediction's place among the answers. */
  private record Key(int view, int prompt) {}

  /** One prediction among those of an answer: its samples from {@code at} on. */
  private record Part(float[] values, int at) {}

  /**
   * One prompt's part in a view.
   *
   * @param other the unconditional half; null: the prediction is guided already, or not at all
   * @param weight of one plane
   */
  private record Term(Part text, @Nullable Part other, RegionWeights.Cut weight) {}

  /** The index of the batch with which all are there. */
  public int last() {
    return batches.get(batches.size() - 1).index();
  }

  /**
   * Guides what came in halves, and mixes.
   *
   * @param predictions of the batches, in their order, each (rows, channels, height, width)
   * @param into is given every row of every view once
   */
  public void mix(List<Tensor> predictions, RegionWeights weights, Guidance guidance, Mixed into) {
    Map<Key, Part> texts = new HashMap<>();
    Map<Key, Part> others = new HashMap<>();
    for (int n = 0; n < batches.size(); n++) {
      ViewBatch batch = batches.get(n);
      boolean isOther = batch.half() == GuidanceHalf.UNCONDITIONAL;
      put(batch, predictions.get(n), isOther ? others : texts);
    }
    int[] shape = predictions.get(0).shape().clone();
    shape[0] = 1;
    for (Row row : views) {
      List<Term> terms =
          texts.keySet().stream()
              .filter(key -> key.view() == row.number())
              .map(Key::prompt)
              .sorted()
              .map(prompt -> term(row, prompt, texts, others, weights, guidance, shape))
              .toList();
      mix(row, terms, guidance, shape, into);
    }
  }

  private static void put(ViewBatch batch, Tensor prediction, Map<Key, Part> into) {
    int size = prediction.values().length / batch.rows().size();
    for (int n = 0; n < batch.rows().size(); n++) {
      Row row = batch.rows().get(n);
      into.put(new Key(row.number(), row.prompt()), new Part(prediction.values(), n * size));
    }
  }

  /** Guided already where that takes more than one sample at a time. */
  private static Term term(
      Row view,
      int prompt,
      Map<Key, Part> texts,
      Map<Key, Part> others,
      RegionWeights weights,
      Guidance guidance,
      int[] shape) {
    Part text = Objects.requireNonNull(texts.get(new Key(view.number(), prompt)));
    Part shared = others.get(new Key(view.number(), ViewGroups.EVERY_PROMPT));
    Part other = others.getOrDefault(new Key(view.number(), prompt), shared);
    RegionWeights.Cut weight = weights.cut(view.view(), prompt);
    if (other == null || guidance.isBySample()) {
      return new Term(text, other, weight);
    }
    Tensor whole = guidance.apply(tensor(shape, text), tensor(shape, other));
    return new Term(new Part(whole.values(), 0), null, weight);
  }

  private static Tensor tensor(int[] shape, Part part) {
    int size = shape[1] * shape[2] * shape[3];
    float[] all = part.values();
    return new Tensor(
        shape, all.length == size ? all : Arrays.copyOfRange(all, part.at(), part.at() + size));
  }

  private static void mix(Row view, List<Term> terms, Guidance guidance, int[] shape, Mixed into) {
    int channels = shape[1];
    int height = shape[2];
    int width = shape[3];
    int most = Math.max(1, BLOCK / (channels * width));
    float[] block = new float[channels * most * width];
    float[] guided = new float[most * width];
    for (int row = 0; row < height; row += most) {
      int rows = Math.min(most, height - row);
      int count = rows * width;
      for (int channel = 0; channel < channels; channel++) {
        int from = (channel * height + row) * width;
        mix(terms, guidance, from, row * width, block, channel * count, count, guided);
      }
      into.accept(view.view(), view.number(), row, rows, block);
    }
  }

  /**
   * So many samples of one plane.
   *
   * @param from the first of them in a view
   * @param weightFrom the first of them in a plane
   * @param guided room for them
   */
  private static void mix(
      List<Term> terms,
      Guidance guidance,
      int from,
      int weightFrom,
      float[] block,
      int at,
      int count,
      float[] guided) {
    int first = 0;
    if (terms.size() > 1 && terms.get(0).other == null && terms.get(1).other == null) {
      first = 2;
      setBoth(terms.get(0), terms.get(1), from, weightFrom, block, at, count);
    }
    for (int n = first; n < terms.size(); n++) {
      Term term = terms.get(n);
      float[] text = term.text.values;
      int textAt = term.text.at + from;
      Part other = term.other;
      if (other != null) {
        guidance.guide(text, textAt, other.values, other.at + from, guided, count);
        text = guided;
        textAt = 0;
      }
      float[] weight = term.weight.values();
      int weightAt = term.weight.at() + weightFrom;
      if (n == 0) {
        set(text, textAt, weight, weightAt, block, at, count);
      } else {
        add(text, textAt, weight, weightAt, block, at, count);
      }
    }
  }

  /** The first two at once, where nothing is left to guide: mostly there are no others. */
  private static void setBoth(
      Term one, Term two, int from, int weightFrom, float[] sum, int at, int count) {
    float[] first = one.text.values;
    float[] second = two.text.values;
    float[] firstWeight = one.weight.values();
    float[] secondWeight = two.weight.values();
    int firstAt = one.text.at + from;
    int secondAt = two.text.at + from;
    int firstWeightAt = one.weight.at() + weightFrom;
    int secondWeightAt = two.weight.at() + weightFrom;
    for (int n = 0; n < count; n++) {
      sum[at + n] =
          firstWeight[firstWeightAt + n] * first[firstAt + n]
              + secondWeight[secondWeightAt + n] * second[secondAt + n];
    }
  }

  private static void set(
      float[] guided, int from, float[] weight, int weightFrom, float[] sum, int at, int count) {
    for (int n = 0; n < count; n++) {
      sum[at + n] = weight[weightFrom + n] * guided[from + n];
    }
  }

  private static void add(
      float[] guided, int from, float[] weight, int weightFrom, float[] sum, int at, int count) {
    for (int n = 0; n < count; n++) {
      sum[at + n] += weight[weightFrom + n] * guided[from + n];
    }
  }
}
