package demofusion.worker.model.network;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.SplitLowPass;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.lora.LoraSet;
import demofusion.worker.model.torch.Attributes;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;
import demofusion.worker.model.torch.TorchNetwork.Joined;
import demofusion.worker.model.torch.UnetAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The UNet on a device, that of any family. */
public final class NoiseNetwork implements AutoCloseable {
  private final TorchNetwork network;
  private final boolean toldMore;
  private final boolean toldGuidance;
  private final boolean usesCudnn;

  private NoiseNetwork(
      TorchNetwork network, boolean toldMore, boolean toldGuidance, boolean usesCudnn) {
    this.network = network;
    this.toldMore = toldMore;
    this.toldGuidance = toldGuidance;
    this.usesCudnn = usesCudnn;
  }

  public static NoiseNetwork load(
      UnetConfig config, Weights weights, TorchDevice device, Precision precision) {
    return load(
        config,
        weights,
        device,
        precision,
        ForwardSwitches.of(device),
        NetworkPlacements.whole(precision));
  }

  static NoiseNetwork load(
      UnetConfig config,
      Weights weights,
      TorchDevice device,
      Precision precision,
      ForwardSwitches switches) {
    return load(config, weights, device, precision, switches, NetworkPlacements.whole(precision));
  }

  static NoiseNetwork load(
      UnetConfig config,
      Weights weights,
      TorchDevice device,
      Precision precision,
      ForwardSwitches switches,
      NetworkPlacements placements) {
    Attributes attributes =
        new UnetAttributes(
                switches.normsLast(),
                switches.joinedProjections(),
                switches.eager(),
                placements.mostQueries())
            .of(config, precision);
    List<Joined> joined = switches.joinedProjections() ? JoinedProjections.of(weights) : List.of();
    TorchNetwork network =
        TorchNetwork.load("unet.py", attributes, device, weights, joined, placements.unet());
    boolean usesCudnn =
        switches.cudnnAttention() && CudnnAttention.useIfItAgrees(network, config, precision);
    NoiseNetwork unet =
        new NoiseNetwork(network, config.addedWidth() > 0, config.guidanceWidth() > 0, usesCudnn);
    return network.isHere() ? ready(unet) : unet;
  }

  /** With what every forward would make again. */
  private static NoiseNetwork ready(NoiseNetwork unet) {
    try (TorchCall call = unet.network.call("ready")) {
      call.tensor(new float[1], 1).runForNothing();
    }
    return unet;
  }

  /** Puts it on the device, unless it is there. */
  void come() {
    if (network.come()) {
      ready(this);
    }
  }

  /** Takes it off the device, with all that were made of it. */
  void leave() {
    network.leave();
  }

  /** The same with LoRAs in it; both are closed, each by itself. */
  NoiseNetwork with(LoraSet loras) {
    TorchNetwork merged = network.with(loras.touched(), loras::merged);
    if (usesCudnn) {
      CudnnAttention.use(merged); // it was built anew, and so without
    }
    NoiseNetwork other = new NoiseNetwork(merged, toldMore, toldGuidance, usesCudnn);
    return other.network.isHere() ? ready(other) : other;
  }

  /**
   * What the UNets of some families are told with the time.
   *
   * @param pooled (batch, width), or one row
   * @param timeIds (batch, 6): micro-conditioning
   */
  public record Added(Tensor pooled, Tensor timeIds) {}

  /**
   * What it is told beside the text, on the device.
   *
   * @param residuals what is added to each skip connection and behind the middle, a row for each
   *     sample; none: there is no ControlNet
   * @param texts what {@link #texts} makes of the context, which is not read then; none: the
   *     forward makes it
   * @param images keys and values of each image prompt for each cross-attention in the order of
   *     computation, with as many rows as the context
   * @param strengths one for each such pair
   */
  record Extra(
      DeviceTensors residuals, DeviceTensors texts, DeviceTensors images, double[] strengths) {
    static final Extra NONE =
        new Extra(DeviceTensors.NONE, DeviceTensors.NONE, DeviceTensors.NONE, new double[0]);

    /** What the forward is given of the text itself; not a megabyte that nobody reads. */
    private Tensor read(Tensor context) {
      return texts.size() > 0 ? UNREAD : context;
    }
  }

  private static final Tensor UNREAD = Tensor.zeros(1, 1, 1);

  private static TorchCall with(Extra extra, TorchCall call) {
    return call.list(extra.residuals())
        .list(extra.texts())
        .list(extra.images())
        .numbers(extra.strengths());
  }

  /**
   * A text's keys and values for each cross-attention, which stay on the device; whoever has them
   * closes them. By as many threads as the calling one was readied for.
   *
   * @param context (rows, tokens, width)
   */
  DeviceTensors texts(Tensor context) {
    try (TorchCall call = network.call("texts")) {
      return call.tensor(context).runOnDevice();
    }
  }

  /** Whether it needs {@link Added} beside the states of the text. */
  public boolean isToldMore() {
    return toldMore;
  }

  /** Whether it is told the guidance scale, so that it has no second half. */
  public boolean isToldGuidance() {
    return toldGuidance;
  }

  /**
   * One forward of a batch in which every sample has its own conditioning.
   *
   * @param samples (batch, channels, height, width)
   * @param context (batch, tokens, width)
   * @param guidance for a UNet that is told it; nothing to others
   * @param added null for a UNet that is told nothing more
   */
  public Tensor predict(
      Tensor samples, float[] timesteps, Tensor context, float guidance, @Nullable Added added) {
    try (TorchCall call = network.call("forward")) {
      call.tensor(samples).tensor(timesteps, timesteps.length).tensor(context).number(guidance);
      return with(added, with(Extra.NONE, call)).run();
    }
  }

  /**
   * Guided predictions, both halves in one forward.
   *
   * @param tiles (views, channels, height, width)
   * @param context (2, tokens, width): unconditional, text
   * @param added with two rows of pooled text, unconditional and text, and one of numbers for each
   *     view
   */
  Tensor predictGuided(
      Tensor tiles,
      float timestep,
      Tensor context,
      @Nullable Added added,
      Guidance guidance,
      Extra extra) {
    Guidance.Split split = guidance.split();
    try (TorchCall call = network.call(split == null ? "guided" : "split")) {
      call.tensor(tiles)
          .tensor(new float[] {timestep}, 1)
          .tensor(extra.read(context))
          .number(guidance.differenceScale())
          .number(guidance.rescale());
      if (split != null) {
        int[] shape = tiles.shape();
        SplitLowPass lowPass = SplitLowPass.of(split, shape[2], shape[3]);
        call.number(guidance.lowScale()).tensor(lowPass.rows()).tensor(lowPass.columns());
      }
      return with(added, with(extra, call)).run();
    }
  }

  /**
   * Predictions under one conditioning.
   *
   * @param context (1, tokens, width)
   * @param guidance for a UNet that is told it; nothing to others
   * @param added with one row of pooled text
   */
  Tensor predictHalf(
      Tensor tiles,
      float timestep,
      Tensor context,
      float guidance,
      @Nullable Added added,
      Extra extra) {
    try (TorchCall call = network.call("half")) {
      call.tensor(tiles)
          .tensor(new float[] {timestep}, 1)
          .tensor(extra.read(context))
          .number(guidance);
      return with(added, with(extra, call)).run();
    }
  }

  private static TorchCall with(@Nullable Added added, TorchCall call) {
    return added == null ? call : call.tensor(added.pooled()).tensor(added.timeIds());
  }

  @Override
  public void close() {
    network.close();
  }
}
