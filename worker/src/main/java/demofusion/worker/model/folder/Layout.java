package demofusion.worker.model.folder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of one network under their diffusers names, with the shapes that its configuration
 * demands and what each of them is applied to.
 *
 * @param weights in the order of the network
 */
public record Layout(List<Weight> weights) {
  /** What a weight is multiplied with in a forward, and so how often. */
  enum Applied {
    /** A vector that there is one of: the time's embedding, the pooled text. */
    ONCE,
    /** Each place of its level. */
    PLACES,
    /** Each place, for queries that are compared with keys of other places. */
    QUERIES,
    /** Each place, for queries that are compared with keys of the text. */
    TEXT_QUERIES,
    /** Each place that there are keys and values of. */
    KEYS,
    /** Each token of the text. */
    TEXT
  }

  /**
   * One tensor.
   *
   * @param level how often the sides of the network's latent are halved there (UNet), or doubled
   *     (VAE)
   */
  record Weight(String name, int[] shape, Applied applied, int level) {}

  public Layout {
    weights = List.copyOf(weights);
  }

  /** By their names, in the order of the network. */
  public Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    weights.forEach(weight -> shapes.put(weight.name(), weight.shape()));
    return Collections.unmodifiableMap(shapes);
  }

  /** All numbers of the network. */
  public long parameters() {
    return weights.stream().mapToLong(weight -> size(weight.shape())).sum();
  }

  static long size(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  /** A network of these tensors, that are applied at no particular level. */
  public static Layout of(Map<String, int[]> shapes) {
    Builder builder = new Builder();
    shapes.forEach(builder::tensor);
    return builder.build();
  }

  /** Writes down the layers of a network one by one. */
  static final class Builder {
    private final List<Weight> weights = new ArrayList<>();
    private int level;

    Layout build() {
      return new Layout(weights);
    }

    /** The level of all that follows. */
    Builder at(int newLevel) {
      level = newLevel;
      return this;
    }

    void tensor(String name, int... shape) {
      tensor(name, Applied.PLACES, shape);
    }

    private void tensor(String name, Applied applied, int... shape) {
      weights.add(new Weight(name, shape, applied, level));
    }

    void linear(String layer, int in, int out) {
      linear(layer, Applied.PLACES, in, out);
    }

    void linear(String layer, Applied applied, int in, int out) {
      linearWithoutBias(layer, applied, in, out);
      tensor(layer + ".bias", out);
    }

    void linearWithoutBias(String layer, Applied applied, int in, int out) {
      tensor(layer + ".weight", applied, out, in);
    }

    void convolution(String layer, int in, int out, int side) {
      tensor(layer + ".weight", out, in, side, side);
      tensor(layer + ".bias", out);
    }

    void norm(String layer, int channels) {
      tensor(layer + ".weight", channels);
      tensor(layer + ".bias", channels);
    }

    /** Norm, convolution, (time,) norm, convolution, and a shortcut where the channels change. */
    void resnet(String layer, int in, int out, int timeWidth) {
      norm(layer + ".norm1", in);
      convolution(layer + ".conv1", in, out, 3);
      if (timeWidth > 0) {
        linear(layer + ".time_emb_proj", Applied.ONCE, timeWidth, out);
      }
      norm(layer + ".norm2", out);
      convolution(layer + ".conv2", out, out, 3);
      if (in != out) {
        convolution(layer + ".conv_shortcut", in, out, 1);
      }
    }
  }
}
