package demofusion.worker.model.folder;

import demofusion.worker.model.folder.Layout.Applied;

/** The tensors of AutoencoderKL. */
final class VaeLayout {
  private final VaeConfig config;
  private final Layout.Builder layers = new Layout.Builder();

  private VaeLayout(VaeConfig config) {
    this.config = config;
  }

  static Layout of(VaeConfig config) {
    return new VaeLayout(config).build();
  }

  private Layout build() {
    encoder();
    decoder();
    int latent = config.latentChannels();
    layers.at(0);
    if (config.quantConvolution()) {
      layers.convolution("quant_conv", 2 * latent, 2 * latent, 1);
    }
    if (config.postQuantConvolution()) {
      layers.convolution("post_quant_conv", latent, latent, 1);
    }
    return layers.build();
  }

  private void encoder() {
    int[] channels = config.channels();
    int width = channels[0];
    int outermost = channels.length - 1;
    layers.at(outermost).convolution("encoder.conv_in", 3, width, 3);
    for (int n = 0; n < channels.length; n++) {
      String block = "encoder.down_blocks." + n;
      layers.at(outermost - n);
      for (int j = 0; j < config.resnets(); j++) {
        layers.resnet(block + ".resnets." + j, width, channels[n], 0);
        width = channels[n];
      }
      if (n + 1 < channels.length) {
        layers.at(outermost - n - 1).convolution(block + ".downsamplers.0.conv", width, width, 3);
      }
    }
    middle("encoder.mid_block", width);
    layers.norm("encoder.conv_norm_out", width);
    layers.convolution("encoder.conv_out", width, 2 * config.latentChannels(), 3);
  }

  private void decoder() {
    int[] channels = config.channels();
    int width = channels[channels.length - 1];
    layers.at(0).convolution("decoder.conv_in", config.latentChannels(), width, 3);
    middle("decoder.mid_block", width);
    for (int n = 0; n < channels.length; n++) {
      String block = "decoder.up_blocks." + n;
      layers.at(n);
      int wanted = channels[channels.length - 1 - n];
      for (int j = 0; j <= config.resnets(); j++) {
        layers.resnet(block + ".resnets." + j, width, wanted, 0);
        width = wanted;
      }
      if (n + 1 < channels.length) {
        layers.at(n + 1).convolution(block + ".upsamplers.0.conv", width, width, 3);
      }
    }
    layers.norm("decoder.conv_norm_out", width);
    layers.convolution("decoder.conv_out", width, 3, 3);
  }

  private void middle(String layer, int width) {
    layers.resnet(layer + ".resnets.0", width, width, 0);
    if (config.middleAttention()) {
      String attention = layer + ".attentions.0";
      layers.norm(attention + ".group_norm", width);
      layers.linear(attention + ".to_q", Applied.QUERIES, width, width);
      layers.linear(attention + ".to_k", Applied.KEYS, width, width);
      layers.linear(attention + ".to_v", Applied.KEYS, width, width);
      layers.linear(attention + ".to_out.0", width, width);
    }
    layers.resnet(layer + ".resnets.1", width, width, 0);
  }
}
