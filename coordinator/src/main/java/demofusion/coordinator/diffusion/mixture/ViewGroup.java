package demofusion.coordinator.diffusion.mixture;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.ViewBatch.Row;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
  public ViewGroup {
    views = List.copyOf(views);
    batches = List.copyOf(batches);
  }

  /** A prediction's place among the answers. */
  private record Key(int view, int prompt) {}

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
   * @return (views, channels, height, width)
   */
  public Tensor mix(List<Tensor> predictions, RegionWeights weights, Guidance guidance) {
    Map<Key, float[]> texts = new HashMap<>();
    Map<Key, float[]> others = new HashMap<>();
    int[] shape = predictions.get(0).shape().clone();
    for (int n = 0; n < batches.size(); n++) {
      ViewBatch batch = batches.get(n);
      boolean isOther = batch.half() == GuidanceHalf.UNCONDITIONAL;
      put(batch, predictions.get(n), isOther ? others : texts);
    }
    List<float[]> mixed = new ArrayList<>();
    int[] one = shape.clone();
    one[0] = 1;
    for (int view = 0; view < views.size(); view++) {
      int number = views.get(view).number();
      float[] sum = new float[one[1] * one[2] * one[3]];
      List<Integer> prompts = // those in which the view lies
          texts.keySet().stream()
              .filter(key -> key.view() == number)
              .map(Key::prompt)
              .sorted()
              .toList();
      for (int prompt : prompts) {
        float[] text = Objects.requireNonNull(texts.get(new Key(number, prompt)));
        float[] other = others.getOrDefault(new Key(number, prompt), shared(others, number));
        float[] guided =
            other.length == 0
                ? text
                : guidance.apply(new Tensor(one, text), new Tensor(one, other)).values();
        add(guided, weights.in(views.get(view).view(), prompt), sum, prompt == prompts.get(0));
      }
      mixed.add(sum);
    }
    shape[0] = views.size();
    return concatenated(shape, mixed);
  }

  /** The unconditional half that all prompts of a view have; empty: there is none. */
  private static float[] shared(Map<Key, float[]> others, int number) {
    return others.getOrDefault(new Key(number, ViewGroups.EVERY_PROMPT), new float[0]);
  }

  private static void put(ViewBatch batch, Tensor prediction, Map<Key, float[]> into) {
    int size = prediction.values().length / batch.rows().size();
    for (int n = 0; n < batch.rows().size(); n++) {
      Row row = batch.rows().get(n);
      float[] all = prediction.values();
      into.put(
          new Key(row.number(), row.prompt()),
          batch.rows().size() == 1 ? all : Arrays.copyOfRange(all, n * size, (n + 1) * size));
    }
  }

  /**
   * @param weight of one plane
   */
  private static void add(float[] prediction, float[] weight, float[] sum, boolean isFirst) {
    for (int plane = 0; plane < sum.length; plane += weight.length) {
      for (int n = 0; n < weight.length; n++) {
        float part = weight[n] * prediction[plane + n];
        sum[plane + n] = isFirst ? part : sum[plane + n] + part;
      }
    }
  }

  private static Tensor concatenated(int[] shape, List<float[]> parts) {
    Tensor whole = Tensor.zeros(shape);
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, whole.values(), at, part.length);
      at += part.length;
    }
    return whole;
  }
}
