package demofusion.worker.model.torch;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.folder.UnetConfig.Block;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What unet.py's class is told: of a UNet, or of a ControlNet, which is a UNet's first half.
 *
 * @param normsLast group norms that stay in channels last
 * @param joined queries, keys and values in one product
 * @param eager channels first, no weight laid out for the device
 * @param mostQueries that attention takes at once; 0: all
 */
public record UnetAttributes(boolean normsLast, boolean joined, boolean eager, int mostQueries) {
  /** Memory formats, as TorchScript numbers them. */
  private static final int CHANNELS_FIRST = 0;

  private static final int CHANNELS_LAST = 2;

  public Attributes of(UnetConfig config, Precision precision) {
    return new Attributes("UNet")
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
        .integer("attentions", attentions(config))
        .integer("groups", config.groups())
        .number("eps", config.epsilon())
        .flag("linear_projection", config.linearProjection())
        .flag("upcast_attention", config.upcastAttention())
        .integer("time_ids_dim", config.timeIdsWidth())
        .integer("guidance_dim", config.guidanceWidth())
        .flag("cosine_first", config.cosineFirst())
        .number("freq_shift", config.frequencyShift())
        .integer("most_queries", mostQueries)
        .flag("norms_last", normsLast)
        .flag("joined", joined)
        .flag("eager", eager)
        .integer("memory_format", eager ? CHANNELS_FIRST : CHANNELS_LAST)
        .flag("cudnn_attention", false);
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

  /** How many cross-attentions it has. */
  private static int attentions(UnetConfig config) {
    return Stream.of(config.down(), List.of(config.middle()), config.up())
        .flatMap(List::stream)
        .flatMap(block -> block.depths().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }
}
