package demofusion.worker.model.sdxl;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.folder.UnetConfig.Block;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.lora.LoraSet;
import demofusion.worker.model.torch.Attributes;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;
import java.util.List;
import java.util.function.ToIntFunction;

/** The UNet on a device. */
final class NoiseNetwork implements AutoCloseable {
  private final TorchNetwork network;

  private NoiseNetwork(TorchNetwork network) {
    this.network = network;
  }

  static NoiseNetwork load(
      UnetConfig config, Weights weights, TorchDevice device, Precision precision) {
    Attributes attributes =
        new Attributes("UNet")
            .integer("dtype", TorchNetwork.scalarType(precision))
            .integer("first_channels", config.outerChannels())
            .integers("down_layers", each(config.down(), block -> block.depths().size()))
            .integers("down_depths", depths(config.down()))
            .integers("down_heads", each(config.down(), Block::heads))
            .integers("mid_depths", depths(List.of(config.middle())))
            .integer("mid_heads", config.middle().heads())
            .integers("up_layers", each(config.up(), block -> block.depths().size()))
            .integers("up_depths", depths(config.up()))
            .integers("up_heads", each(config.up(), Block::heads))
            .integer("groups", config.groups())
            .number("eps", config.epsilon())
            .flag("linear_projection", config.linearProjection())
            .flag("upcast_attention", config.upcastAttention())
            .integer("time_ids_dim", config.timeIdsWidth())
            .flag("cosine_first", config.cosineFirst())
            .number("freq_shift", config.frequencyShift());
    return new NoiseNetwork(TorchNetwork.load("unet.py", attributes, device, weights));
  }

  /** The same with LoRAs in it; both are closed, each by itself. */
  NoiseNetwork with(LoraSet loras) {
    return new NoiseNetwork(network.with(loras.touched(), loras::merged));
  }

  private static int[] each(List<Block> blocks, ToIntFunction<Block> property) {
    return blocks.stream().mapToInt(property).toArray();
  }

  /** One for each resnet, block after block. */
  private static int[] depths(List<Block> blocks) {
    return blocks.stream()
        .flatMap(block -> block.depths().stream())
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * One forward of a batch in which every sample has its own conditioning.
   *
   * @param samples (batch, channels, height, width)
   * @param context (batch, tokens, width)
   * @param pooled (batch, width)
   * @param timeIds (batch, 6)
   */
  Tensor predict(Tensor samples, float[] timesteps, Tensor context, Tensor pooled, Tensor timeIds) {
    try (TorchCall call = network.call("forward")) {
      return call.tensor(samples)
          .tensor(timesteps, timesteps.length)
          .tensor(context)
          .tensor(pooled)
          .tensor(timeIds)
          .run();
    }
  }

  /**
   * Guided predictions, both halves in one forward.
   *
   * @param tiles (views, channels, height, width)
   * @param context (2, tokens, width): unconditional, text
   * @param pooled (2, width): unconditional, text
   * @param timeIds (views, 6)
   */
  Tensor predictGuided(
      Tensor tiles,
      float timestep,
      Tensor context,
      Tensor pooled,
      Tensor timeIds,
      Guidance guidance) {
    try (TorchCall call = network.call("guided")) {
      return call.tensor(tiles)
          .tensor(new float[] {timestep}, 1)
          .tensor(context)
          .tensor(pooled)
          .tensor(timeIds)
          .number(guidance.scale())
          .number(guidance.rescale())
          .run();
    }
  }

  /**
   * Predictions under one conditioning.
   *
   * @param context (1, tokens, width)
   * @param pooled (1, width)
   */
  Tensor predictHalf(Tensor tiles, float timestep, Tensor context, Tensor pooled, Tensor timeIds) {
    try (TorchCall call = network.call("half")) {
      return call.tensor(tiles)
          .tensor(new float[] {timestep}, 1)
          .tensor(context)
          .tensor(pooled)
          .tensor(timeIds)
          .run();
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
