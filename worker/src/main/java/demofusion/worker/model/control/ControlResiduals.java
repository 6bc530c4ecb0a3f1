package demofusion.worker.model.control;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.LastUsed;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.memory.DeviceRoom;
import demofusion.worker.model.memory.SecondAttempt;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the ControlNets that a forward names add to the UNet: each evaluated on its cuts of its
 * picture, weighed, and all summed in their order, on the device.
 */
public final class ControlResiduals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlResiduals.class);

  /** As many as one image takes. */
  private static final int MOST_KEPT = 4;

  private final AdditionFiles files;
  private final UnetConfig unet;
  private final TorchDevice device;
  private final Precision precision;
  private final int mostQueries;
  private final DeviceRoom room;
  private final ControlPictures pictures = new ControlPictures();
  private final LastUsed<String, ControlNetwork> networks =
      new LastUsed<>(MOST_KEPT, this::load, ControlNetwork::close);

  /** Mapped and found finite; one whose network left the device for another need only be copied. */
  private final LastUsed<String, ControlWeights> opened =
      new LastUsed<>(MOST_KEPT, this::open, weights -> {});

  /**
   * @param unet of the model that they stand beside
   * @param mostQueries that attention takes at once; 0: all
   */
  public ControlResiduals(
      AdditionFiles files,
      UnetConfig unet,
      TorchDevice device,
      Precision precision,
      int mostQueries,
      DeviceRoom room) {
    this.files = files;
    this.unet = unet;
    this.device = device;
    this.precision = precision;
    this.mostQueries = mostQueries;
    this.room = room;
  }

  private ControlWeights open(String hash) {
    return ControlWeights.open(files.locate(hash), unet);
  }

  private ControlNetwork load(String hash) {
    return opened.with(hash, weights -> load(hash, weights));
  }

  private ControlNetwork load(String hash, ControlWeights weights) {
    long bytes = weights.weights().layout().parameters() * precision.bytes();
    Runnable leaveRoom = makeRoom(bytes);
    try {
      ControlNetwork network =
          ControlNetwork.load(weights, device, precision, mostQueries, leaveRoom);
      LOG.info(
          "event=controlnet-loaded hash={} model={} types={} bytes={}",
          hash,
          network.shape().madeFor(),
          network.shape().unionTypes(),
          bytes);
      return network;
    } catch (RuntimeException | Error e) {
      leaveRoom.run();
      throw e;
    }
  }

  /** Those that nobody computes with go, where there is none beside them. */
  private Runnable makeRoom(long bytes) {
    return SecondAttempt.of(() -> room.take("a ControlNet", bytes), networks::closeUnused);
  }

  /** On the device, with the room that they take there. */
  private record Held(DeviceTensors tensors, Runnable leaveRoom) {
    static final Held NONE = new Held(DeviceTensors.NONE, () -> {});

    void close() {
      tensors.close();
      leaveRoom.run();
    }
  }

  /**
   * Runs a forward with what is added to it, which stays until that is done, and its room with it.
   *
   * @param controls with a cut for each view
   * @param forward is given nothing where nothing is added
   * @throws DemofusionException BAD_MODEL if a network does not belong to the model, OUT_OF_MEMORY
   *     if there is no room for it beside the model, MISSING_ASSET without its picture
   */
  public <R> R with(
      ControlledViews views,
      List<ControlInput> controls,
      JobAssets assets,
      Function<DeviceTensors, R> forward) {
    Held sum = Held.NONE;
    try {
      for (ControlPass pass : inTurn(ControlPass.of(controls))) {
        Held before = sum;
        sum =
            networks.with(
                pass.networkHash(),
                network -> added(network, views, pass, assets, before.tensors()));
        before.close();
      }
      return forward.apply(sum.tensors());
    } finally {
      sum.close();
    }
  }

  /**
   * The first two the other way round where only the second's network is on the device: a sum of
   * two is the same to the bit in either order, and where the device holds one network at a time
   * each forward then loads one of them and not both.
   */
  private List<ControlPass> inTurn(List<ControlPass> passes) {
    if (passes.size() < 2
        || networks.has(passes.get(0).networkHash())
        || !networks.has(passes.get(1).networkHash())) {
      return passes;
    }
    List<ControlPass> turned = new ArrayList<>(passes);
    Collections.swap(turned, 0, 1);
    return turned;
  }

  private Held added(
      ControlNetwork network,
      ControlledViews views,
      ControlPass pass,
      JobAssets assets,
      DeviceTensors before) {
    requireTypes(network, pass);
    Tensor cuts = cuts(pass, assets);
    int[] tiles = views.tiles().shape();
    requirePixels(network, tiles, cuts);
    long bytes = network.residualSize(tiles[2], tiles[3]) * views.samples() * precision.bytes();
    Runnable leaveRoom = room.take("a ControlNet's residuals", bytes);
    try {
      return new Held(network.residuals(views, cuts, pass, before), leaveRoom);
    } catch (RuntimeException | Error e) {
      leaveRoom.run();
      throw e;
    }
  }

  private static void requireTypes(ControlNetwork network, ControlPass pass) {
    int there = network.shape().unionTypes();
    List<Integer> asked = pass.types();
    if (asked.isEmpty() == network.shape().isUnion()) {
      throw DemofusionException.badModel(
          there > 0
              ? "a union ControlNet must be told which of its %s types a picture is"
                  .formatted(there)
              : "a plain ControlNet has no types; it was asked for type %s"
                  .formatted(asked.get(0)));
    }
    for (int type : asked) {
      if (type < 0 || type >= there) {
        throw DemofusionException.badModel(
            "a union ControlNet has types 0 to %s; it was asked for type %s"
                .formatted(there - 1, type));
      }
    }
  }

  private static void requirePixels(ControlNetwork network, int[] tiles, Tensor cuts) {
    int factor = 1 << (network.shape().hintWidths().size() - 1);
    int[] pixels = cuts.shape();
    if (pixels[2] != factor * tiles[2] || pixels[3] != factor * tiles[3]) {
      throw DemofusionException.badModel(
          "a ControlNet that reads %s pixels for each latent sample was sent %sx%s for %sx%s samples"
              .formatted(factor, pixels[3], pixels[2], tiles[3], tiles[2]));
    }
  }

  /**
   * @return (pictures · views, 3, height, width)
   */
  private Tensor cuts(ControlPass pass, JobAssets assets) {
    List<Tensor> cuts = new ArrayList<>();
    for (ControlInput input : pass.inputs()) {
      cuts.add(pictures.cut(input, assets));
    }
    if (cuts.size() == 1) {
      return cuts.get(0);
    }
    int[] shape = cuts.get(0).shape().clone();
    int size = cuts.get(0).values().length;
    shape[0] *= cuts.size();
    Tensor all = Tensor.zeros(shape);
    for (int n = 0; n < cuts.size(); n++) {
      System.arraycopy(cuts.get(n).values(), 0, all.values(), n * size, size);
    }
    return all;
  }

  /** Gives the device's room back that nobody computes with. */
  public boolean leave() {
    return networks.closeUnused();
  }

  /** What is kept of assets that no work names any more goes. */
  public void letGo(Collection<AssetId> assets) {
    pictures.letGo(assets);
  }

  @Override
  public void close() {
    networks.close();
    opened.close();
  }
}
