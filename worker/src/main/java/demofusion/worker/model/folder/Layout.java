package demofusion.worker.model.folder;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of one network under their diffusers names, with the shapes that its configuration
 * demands.
 *
 * @param shapes in the order of the network
 */
public record Layout(Map<String, int[]> shapes) {
  public Layout {
    shapes = Collections.unmodifiableMap(new LinkedHashMap<>(shapes));
  }

  /** All numbers of the network. */
  public long parameters() {
    return shapes.values().stream().mapToLong(Layout::size).sum();
  }

  static long size(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  /** Writes down the layers of a network one by one. */
  static final class Builder {
    private final Map<String, int[]> shapes = new LinkedHashMap<>();

    Layout build() {
      return new Layout(shapes);
    }

    void tensor(String name, int... shape) {
      shapes.put(name, shape);
    }

    void linear(String layer, int in, int out) {
      tensor(layer + ".weight", out, in);
      tensor(layer + ".bias", out);
    }

    void linearWithoutBias(String layer, int in, int out) {
      tensor(layer + ".weight", out, in);
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
        linear(layer + ".time_emb_proj", timeWidth, out);
      }
      norm(layer + ".norm2", out);
      convolution(layer + ".conv2", out, out, 3);
      if (in != out) {
        convolution(layer + ".conv_shortcut", in, out, 1);
      }
    }
  }
}
