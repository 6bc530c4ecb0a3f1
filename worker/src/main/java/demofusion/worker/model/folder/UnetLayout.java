package demofusion.worker.model.folder;

import demofusion.worker.model.folder.Layout.Applied;

/** The tensors of UNet2DConditionModel. */
final class UnetLayout implements UnetWalk.Visitor {
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
    embedding("time_embedding", outer);
    if (config.guidanceWidth() > 0) {
      layers.linearWithoutBias(
          "time_embedding.cond_proj", Applied.ONCE, config.guidanceWidth(), outer);
    }
    if (config.addedWidth() > 0) {
      embedding("add_embedding", config.addedWidth());
    }
    layers.convolution("conv_in", config.inputChannels(), outer, 3);
    UnetWalk.through(config, this);
    layers.at(0).norm("conv_norm_out", outer);
    layers.convolution("conv_out", outer, config.latentChannels(), 3);
    return layers.build();
  }

  private void embedding(String layer, int in) {
    int time = config.timeWidth();
    layers.linear(layer + ".linear_1", Applied.ONCE, in, time);
    layers.linear(layer + ".linear_2", Applied.ONCE, time, time);
  }

  @Override
  public void resnet(String layer, int in, int out, int level) {
    layers.at(level).resnet(layer, in, out, config.timeWidth());
  }

  @Override
  public void resampler(String layer, int channels, int level) {
    layers.at(level).convolution(layer, channels, channels, 3);
  }

  @Override
  public void transformer(String layer, UnetConfig.Block shape, int depth, int level) {
    int width = shape.channels();
    layers.at(level).norm(layer + ".norm", width);
    projection(layer + ".proj_in", width);
    for (int n = 0; n < depth; n++) {
      String block = layer + ".transformer_blocks." + n;
      layers.norm(block + ".norm1", width);
      attention(block + ".attn1", width, Applied.QUERIES, width, Applied.KEYS);
      layers.norm(block + ".norm2", width);
      attention(block + ".attn2", width, Applied.TEXT_QUERIES, config.contextWidth(), Applied.TEXT);
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

  private void attention(String layer, int width, Applied queries, int source, Applied keys) {
    layers.linearWithoutBias(layer + ".to_q", queries, width, width);
    layers.linearWithoutBias(layer + ".to_k", keys, source, width);
    layers.linearWithoutBias(layer + ".to_v", keys, source, width);
    layers.linear(layer + ".to_out.0", width, width);
  }
}
