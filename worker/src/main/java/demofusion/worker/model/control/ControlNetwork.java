package demofusion.worker.model.control;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.control.ControlShape;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;
import demofusion.worker.model.torch.UnetAttributes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ControlNet on a device, in the UNet's precision. */
public final class ControlNetwork implements AutoCloseable {
  private final TorchNetwork network;
  private final ControlShape shape;
  private final Runnable leaveRoom;

  private ControlNetwork(TorchNetwork network, ControlShape shape, Runnable leaveRoom) {
    this.network = network;
    this.shape = shape;
    this.leaveRoom = leaveRoom;
  }

  /**
   * @param mostQueries that attention takes at once; 0: all
   * @param leaveRoom is run when it is closed
   */
  public static ControlNetwork load(
      ControlWeights control,
      TorchDevice device,
      Precision precision,
      int mostQueries,
      Runnable leaveRoom) {
    ControlShape shape = control.shape();
    TorchNetwork network =
        TorchNetwork.load(
            "controlnet.py",
            new UnetAttributes(device.isGpu(), false, false, mostQueries)
                .of(control.config(), precision)
                .integer("channels", shape.latentChannels())
                .integer("hint_blocks", 2 * (shape.hintWidths().size() - 1))
                .integer(
                    "type_width", shape.isUnion() ? shape.unionWidth() / shape.unionTypes() : 0),
            device,
            control.weights());
    try (TorchCall call = network.call("ready")) {
      call.tensor(new float[1], 1).runForNothing();
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
    return new ControlNetwork(network, shape, leaveRoom);
  }

  ControlShape shape() {
    return shape;
  }

  /**
   * What the pictures say, before any block.
   *
   * @param pictures (n, 3, height, width)
   * @return (n, width, height / 8, width / 8)
   */
  public Tensor hint(Tensor pictures) {
    try (TorchCall call = network.call("hint")) {
      return call.tensor(pictures).run();
    }
  }

  /**
   * What is added to the UNet, weighed.
   *
   * @param pictures (types · views, 3, height, width), one type after the other
   * @param pass which pictures they are
   * @param before what is added already; it stays the caller's
   * @return to each skip connection, last behind the middle
   */
  public DeviceTensors residuals(
      ControlledViews views, Tensor pictures, ControlPass pass, DeviceTensors before) {
    List<Integer> types = pass.types();
    float[] kinds = new float[Math.max(1, shape.unionTypes())];
    types.forEach(type -> kinds[type] = 1);
    boolean isToldMore = shape.addedWidth() > 0;
    @Nullable Tensor pooled = views.pooled();
    @Nullable Tensor timeIds = views.timeIds();
    try (TorchCall call = network.call("residuals")) {
      call.tensor(views.tiles())
          .tensor(new float[] {views.timestep()}, 1)
          .tensor(views.context())
          .tensor(pictures)
          .integers(types.stream().mapToLong(Integer::longValue).toArray())
          .numbers(pass.scales())
          .tensor(kinds, kinds.length)
          .numbers(pass.weights(shape.outputs().size()))
          .list(before);
      if (isToldMore && pooled != null && timeIds != null) {
        call.tensor(pooled).tensor(timeIds);
      }
      return call.runOnDevice();
    }
  }

  /** Values of all that it adds for one sample of a latent of this size. */
  long residualSize(int height, int width) {
    long size = 0;
    int level = 0;
    int at = 0;
    List<Integer> outputs = shape.outputs();
    for (ControlShape.Level each : shape.levels()) {
      int count = each.depths().size() + 1; // and what the level begins with
      for (int n = 0; n < count; n++) {
        size += outputs.get(at++) * halved(height, level) * halved(width, level);
      }
      level++;
    }
    return size + outputs.get(at) * halved(height, level - 1) * halved(width, level - 1);
  }

  private static long halved(int side, int times) {
    return (side + (1L << times) - 1) >> times;
  }

  @Override
  public void close() {
    network.close();
    leaveRoom.run();
  }

  @Override
  public String toString() {
    return "ControlNet of " + shape.madeFor() + Arrays.toString(shape.levels().toArray());
  }
}
