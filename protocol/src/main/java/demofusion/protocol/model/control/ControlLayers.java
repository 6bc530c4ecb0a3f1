package demofusion.protocol.model.control;

import demofusion.protocol.model.control.ControlShape.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tensors of a ControlNet in the order of the network (conditioning sections 2.1 and 2.5). */
final class ControlLayers {
  private static final int COLOURS = 3;
  private static final int TEXT_TOKENS = 77;

  private final ControlShape shape;
  private final List<Layer> layers = new ArrayList<>();
  private int level;

  /** What a weight is multiplied with. */
  enum Use {
    /** A vector that there is one of. */
    ONCE,
    /** Each place of its level. */
    PLACES,
    /** Each place, for queries that are compared with all places. */
    QUERIES,
    /** Each place, for queries that are compared with the text. */
    TEXT_QUERIES,
    /** Each token of the text. */
    TEXT
  }

  /**
   * One tensor.
   *
   * @param level how often the latent's sides are halved there; negative: doubled
   */
  record Layer(String name, int[] shape, Use use, int level) {
    /** Of a latent of so many samples a side; a product and its addition count as two. */
    double flop(int side) {
      if (shape.length == 1) {
        return 0; // biases and norms
      }
      double along = level < 0 ? side * (1L << -level) : Math.ceil(side / (double) (1L << level));
      double places = along * along;
      double products = 2.0 * Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
      double compared = 4.0 * places * shape[0];
      return switch (use) {
        case ONCE -> products;
        case TEXT -> products * TEXT_TOKENS;
        case PLACES -> products * places;
        case QUERIES -> products * places + compared * places;
        case TEXT_QUERIES -> products * places + compared * TEXT_TOKENS;
      };
    }
  }

  private ControlLayers(ControlShape shape) {
    this.shape = shape;
  }

  static List<Layer> of(ControlShape shape) {
    ControlLayers walk = new ControlLayers(shape);
    walk.all();
    return walk.layers;
  }

  private void all() {
    int outer = shape.outerWidth();
    embedding("time_embedding", outer);
    if (shape.addedWidth() > 0) {
      embedding("add_embedding", shape.addedWidth());
    }
    if (shape.isUnion()) {
      union(outer);
    }
    hint(outer);
    level = 0;
    convolution("conv_in", shape.latentChannels(), outer, 3);
    int width = outer;
    for (int n = 0; n < shape.levels().size(); n++) {
      level = n;
      Level here = shape.levels().get(n);
      String block = "down_blocks." + n;
      for (int j = 0; j < here.depths().size(); j++) {
        resnet(block, j, width, here.width(), here.depths().get(j));
        width = here.width();
      }
      if (n + 1 < shape.levels().size()) {
        level = n + 1;
        convolution(block + ".downsamplers.0.conv", width, width, 3);
      }
    }
    for (int j = 0; j < shape.middle().size(); j++) {
      resnet("mid_block", j, width, width, shape.middle().get(j));
    }
    outputs();
  }

  private void outputs() {
    int at = 0;
    level = 0;
    output("controlnet_down_blocks." + at, shape.outerWidth());
    for (int n = 0; n < shape.levels().size(); n++) {
      Level here = shape.levels().get(n);
      level = n;
      for (int j = 0; j < here.depths().size(); j++) {
        at++;
        output("controlnet_down_blocks." + at, here.width());
      }
      if (n + 1 < shape.levels().size()) {
        at++;
        level = n + 1;
        output("controlnet_down_blocks." + at, here.width());
      }
    }
    output("controlnet_mid_block", shape.innerWidth());
  }

  private void output(String name, int width) {
    convolution(name, width, width, 1);
  }

  /** What reads the picture: every second convolution halves its sides. */
  private void hint(int outer) {
    List<Integer> widths = shape.hintWidths();
    level = 1 - widths.size();
    convolution(ControlNames.HINT + "conv_in", COLOURS, widths.get(0), 3);
    for (int n = 1; n < widths.size(); n++) {
      int before = widths.get(n - 1);
      convolution(ControlNames.HINT + "blocks." + (2 * n - 2), before, before, 3);
      level++;
      convolution(ControlNames.HINT + "blocks." + (2 * n - 1), before, widths.get(n), 3);
    }
    convolution(ControlNames.HINT + "conv_out", widths.get(widths.size() - 1), outer, 3);
  }

  private void union(int outer) {
    embedding("control_add_embedding", shape.unionWidth());
    tensor(ControlNames.TASKS, Use.ONCE, shape.unionTypes(), outer);
    String layer = ControlNames.UNION_LAYER;
    norm(layer + "ln_1", outer);
    linear(layer + "attn.in_proj", Use.ONCE, outer, 3 * outer);
    linear(layer + "attn.out_proj", Use.ONCE, outer, outer);
    norm(layer + "ln_2", outer);
    linear(layer + "mlp.c_fc", Use.ONCE, outer, 4 * outer);
    linear(layer + "mlp.c_proj", Use.ONCE, 4 * outer, outer);
    linear("spatial_ch_projs", Use.ONCE, outer, outer);
  }

  private void embedding(String layer, int in) {
    linear(layer + ".linear_1", Use.ONCE, in, shape.timeWidth());
    linear(layer + ".linear_2", Use.ONCE, shape.timeWidth(), shape.timeWidth());
  }

  private void resnet(String block, int number, int in, int out, int depth) {
    String layer = block + ".resnets." + number;
    norm(layer + ".norm1", in);
    convolution(layer + ".conv1", in, out, 3);
    linear(layer + ".time_emb_proj", Use.ONCE, shape.timeWidth(), out);
    norm(layer + ".norm2", out);
    convolution(layer + ".conv2", out, out, 3);
    if (in != out) {
      convolution(layer + ".conv_shortcut", in, out, 1);
    }
    if (depth > 0) {
      transformer(block + ".attentions." + number, out, depth);
    }
  }

  private void transformer(String layer, int width, int depth) {
    norm(layer + ".norm", width);
    projection(layer + ".proj_in", width);
    for (int n = 0; n < depth; n++) {
      String block = layer + ".transformer_blocks." + n;
      norm(block + ".norm1", width);
      attention(block + ".attn1", width, width, Use.QUERIES, Use.PLACES);
      norm(block + ".norm2", width);
      attention(block + ".attn2", width, shape.contextWidth(), Use.TEXT_QUERIES, Use.TEXT);
      norm(block + ".norm3", width);
      linear(block + ".ff.net.0.proj", Use.PLACES, width, 8 * width);
      linear(block + ".ff.net.2", Use.PLACES, 4 * width, width);
    }
    projection(layer + ".proj_out", width);
  }

  private void projection(String layer, int width) {
    if (shape.linearProjection()) {
      linear(layer, Use.PLACES, width, width);
    } else {
      convolution(layer, width, width, 1);
    }
  }

  private void attention(String layer, int width, int source, Use queries, Use keys) {
    tensor(layer + ".to_q.weight", queries, width, width);
    tensor(layer + ".to_k.weight", keys, width, source);
    tensor(layer + ".to_v.weight", keys, width, source);
    linear(layer + ".to_out.0", Use.PLACES, width, width);
  }

  private void linear(String layer, Use use, int in, int out) {
    tensor(layer + ".weight", use, out, in);
    tensor(layer + ".bias", use, out);
  }

  private void convolution(String layer, int in, int out, int side) {
    tensor(layer + ".weight", Use.PLACES, out, in, side, side);
    tensor(layer + ".bias", Use.PLACES, out);
  }

  private void norm(String layer, int channels) {
    tensor(layer + ".weight", Use.PLACES, channels);
    tensor(layer + ".bias", Use.PLACES, channels);
  }

  private void tensor(String name, Use use, int... sides) {
    layers.add(new Layer(name, sides, use, level));
  }
}
