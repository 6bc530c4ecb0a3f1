package demofusion.worker.model.folder;

import java.util.ArrayDeque;
import java.util.Deque;

/** The tensors of UNet2DConditionModel. */
final class UnetLayout {
  private final UnetConfig config;
  private final Layout.Builder layers = new Layout.Builder();

  private UnetLayout(UnetConfig config) {
    this.config = config;
  }

  static Layout of(UnetConfig config) {
    return new UnetLayout(config).build();
  }

  private Layout build() {
    int outer = config.outerChannels();
    int time = config.timeWidth();
    layers.linear("time_embedding.linear_1", outer, time);
    layers.linear("time_embedding.linear_2", time, time);
    layers.linear("add_embedding.linear_1", config.addedWidth(), time);
    layers.linear("add_embedding.linear_2", time, time);
    layers.convolution("conv_in", config.latentChannels(), outer, 3);
    Deque<Integer> skips = new ArrayDeque<>();
    skips.push(outer);
    int width = outer;
    int last = config.down().size() - 1;
    for (int n = 0; n <= last; n++) {
      String block = "down_blocks." + n;
      UnetConfig.Block shape = config.down().get(n);
      for (int j = 0; j < shape.resnets(); j++) {
        layers.resnet(block + ".resnets." + j, width, shape.channels(), time);
        transformer(block + ".attentions." + j, shape);
        width = shape.channels();
        skips.push(width);
      }
      if (n < last) {
        layers.convolution(block + ".downsamplers.0.conv", width, width, 3);
        skips.push(width);
      }
    }
    layers.resnet("mid_block.resnets.0", width, width, time);
    transformer("mid_block.attentions.0", config.middle());
    layers.resnet("mid_block.resnets.1", width, width, time);
    for (int n = 0; n <= last; n++) {
      String block = "up_blocks." + n;
      UnetConfig.Block shape = config.up().get(n);
      for (int j = 0; j < shape.resnets(); j++) {
        layers.resnet(block + ".resnets." + j, width + skips.pop(), shape.channels(), time);
        transformer(block + ".attentions." + j, shape);
        width = shape.channels();
      }
      if (n < last) {
        layers.convolution(block + ".upsamplers.0.conv", width, width, 3);
      }
    }
    layers.norm("conv_norm_out", width);
    layers.convolution("conv_out", width, config.latentChannels(), 3);
    return layers.build();
  }

  private void transformer(String layer, UnetConfig.Block shape) {
    if (shape.depth() == 0) {
      return;
    }
    int width = shape.channels();
    layers.norm(layer + ".norm", width);
    projection(layer + ".proj_in", width);
    for (int n = 0; n < shape.depth(); n++) {
      String block = layer + ".transformer_blocks." + n;
      layers.norm(block + ".norm1", width);
      attention(block + ".attn1", width, width);
      layers.norm(block + ".norm2", width);
      attention(block + ".attn2", width, config.contextWidth());
      layers.norm(block + ".norm3", width);
      layers.linear(block + ".ff.net.0.proj", width, 8 * width);
      layers.linear(block + ".ff.net.2", 4 * width, width);
    }
    projection(layer + ".proj_out", width);
  }

  private void projection(String layer, int width) {
    if (config.linearProjection()) {
      layers.linear(layer, width, width);
    } else {
      layers.convolution(layer, width, width, 1);
    }
  }

  private void attention(String layer, int width, int source) {
    layers.linearWithoutBias(layer + ".to_q", width, width);
    layers.linearWithoutBias(layer + ".to_k", source, width);
    layers.linearWithoutBias(layer + ".to_v", source, width);
    layers.linear(layer + ".to_out.0", width, width);
  }
}
