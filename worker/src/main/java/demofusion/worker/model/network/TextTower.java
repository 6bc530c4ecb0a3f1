package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.TextTowerConfig;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.lora.LoraSet;
import demofusion.worker.model.text.TokenChunk;
import demofusion.worker.model.torch.Attributes;
import demofusion.worker.model.torch.Placement;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;
import java.util.Arrays;
import java.util.List;

/** One CLIP text tower on a device. */
public final class TextTower implements AutoCloseable {
  private final TextTowerConfig config;
  private final TorchNetwork network;

  private TextTower(TextTowerConfig config, TorchNetwork network) {
    this.config = config;
    this.network = network;
  }

  /** What a tower with a projection says of a text. */
  public record Encoded(Tensor states, Tensor pooled) {}

  public static TextTower load(
      TextTowerConfig config, Weights weights, TorchDevice device, Precision precision) {
    return load(config, weights, device, precision, Placement.ALL_HERE);
  }

  static TextTower load(
      TextTowerConfig config,
      Weights weights,
      TorchDevice device,
      Precision precision,
      Placement placement) {
    Attributes attributes =
        new Attributes("TextTower")
            .integer("dtype", TorchNetwork.scalarType(precision))
            .integer("layers", config.layers())
            .integer("heads", config.heads())
            .number("eps", config.epsilon())
            .flag("quick_gelu", config.quickGelu());
    TorchNetwork network =
        TorchNetwork.load("text_tower.py", attributes, device, weights, List.of(), placement);
    return new TextTower(config, network);
  }

  /** Puts it on the device, unless it is there. */
  void come() {
    network.come();
  }

  /** Takes it off the device, with all that were made of it. */
  void leave() {
    network.leave();
  }

  /** The same with LoRAs in it; both are closed, each by itself. */
  TextTower with(LoraSet loras) {
    return new TextTower(config, network.with(loras.touched(), loras::merged));
  }

  /** How wide the rows of its embedding are. */
  public int width() {
    return config.width();
  }

  /** The states of a chunk that a UNet attends to, (1, tokens, width). */
  public Tensor states(TokenChunk chunk, TextReading reading) {
    try (TorchCall call = network.call("states")) {
      return with(chunk, call).integer(leftOut(reading)).flag(reading.finalNorm()).run();
    }
  }

  /** Also the projected state at the end of the text, (1, projection), which skips no layer. */
  public Encoded statesAndPooled(TokenChunk chunk, TextReading reading) {
    try (TorchCall call = network.call("states_and_pooled")) {
      List<Tensor> pair =
          with(chunk, call)
              .integer(leftOut(reading))
              .flag(reading.finalNorm())
              .ids(new long[] {config.endOfText(chunk.ids())}, 1)
              .runForTuple();
      return new Encoded(pair.get(0), pair.get(1));
    }
  }

  /** Its tokens, and what stands in the places of some. */
  private static TorchCall with(TokenChunk chunk, TorchCall call) {
    long[] positions = chunk.replacedPositions();
    call.ids(longs(chunk.ids()), 1, chunk.ids().length);
    return positions.length > 0
        ? call.flag(true).ids(positions, positions.length).tensor(chunk.replacedRows())
        : call.flag(false).ids(new long[1], 1).tensor(new float[1], 1, 1);
  }

  /** The first layer is always read. */
  private int leftOut(TextReading reading) {
    return Math.min(reading.layersLeftOut(), config.layers() - 1);
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }

  @Override
  public void close() {
    network.close();
  }
}
