package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.NamedTensors;
import demofusion.worker.model.folder.SurveyLimits;
import demofusion.worker.model.folder.VaeConfig;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.torch.Attributes;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;
import java.util.List;

/** The VAE on a device: pictures to latents and back. */
public final class VaeNetwork implements AutoCloseable {
  private final TorchNetwork network;

  private VaeNetwork(TorchNetwork network) {
    this.network = network;
  }

  public static VaeNetwork load(
      VaeConfig config, Weights weights, TorchDevice device, Precision precision) {
    return load(config, weights, device, precision, ForwardSwitches.of(device));
  }

  static VaeNetwork load(
      VaeConfig config,
      Weights weights,
      TorchDevice device,
      Precision precision,
      ForwardSwitches switches) {
    return load(config, weights, device, precision, switches, NetworkPlacements.whole(precision));
  }

  static VaeNetwork load(
      VaeConfig config,
      Weights weights,
      TorchDevice device,
      Precision precision,
      ForwardSwitches switches,
      NetworkPlacements placements) {
    Attributes attributes =
        new Attributes("Vae")
            .integer("dtype", TorchNetwork.scalarType(precision))
            .integer("blocks", config.channels().length)
            .integer("layers", config.resnets())
            .integer("groups", config.groups())
            .integer("most_tokens", SurveyLimits.TOKENS)
            .integer("most_patches", SurveyLimits.PATCHES)
            .integer("patch", SurveyLimits.PATCH_SIDE)
            .integer("patch_margin", SurveyLimits.PATCH_MARGIN)
            .flag("norms_last", switches.normsLast())
            .integer("most_queries", placements.mostQueries());
    return new VaeNetwork(
        TorchNetwork.load("vae.py", attributes, device, weights, List.of(), placements.vae()));
  }

  /** Puts it on the device, unless it is there. */
  void come() {
    network.come();
  }

  /** Takes it off the device. */
  void leave() {
    network.leave();
  }

  /** (1, 3, height, width) in [−1, 1] to mean and standard deviation, not yet scaled. */
  public List<Tensor> encode(Tensor pixels) {
    try (TorchCall call = network.call("encode")) {
      return call.tensor(pixels).runForTuple();
    }
  }

  /** A latent that looks at itself alone, as the decoder expects it; about [−1, 1]. */
  public Tensor decode(Tensor latent) {
    try (TorchCall call = network.call("decode")) {
      return call.tensor(latent).run();
    }
  }

  /** A tile that is told what the whole picture looks like. */
  public Tensor decodeTile(Tensor latent, NamedTensors survey) {
    try (TorchCall call = network.call("decode_tile")) {
      return call.tensor(latent).tensors(survey.names(), survey.tensors()).run();
    }
  }

  /** What tiles need to be told, by layer. */
  public NamedTensors survey(Tensor crops, int margin) {
    try (TorchCall call = network.call("collect_survey")) {
      return new NamedTensors(call.tensor(crops).integer(margin).runForMap());
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
