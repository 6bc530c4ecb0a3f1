package demofusion.worker.model.network;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;

/** Of one folder, without LoRAs in them. */
record Networks(PromptEncoder prompts, NoiseNetwork unet, VaeNetwork vae) implements AutoCloseable {
  /**
   * All or none: where one cannot be loaded, nobody would take those before it off the device.
   *
   * @param precision of text towers and UNet; the VAE's is the folder's matter too
   */
  static Networks load(
      ModelFolder folder,
      TorchDevice device,
      Precision precision,
      TextReading reading,
      AdditionFiles additions,
      NetworkPlacements placements) {
    ForwardSwitches switches = ForwardSwitches.of(device);
    var unet = folder.unet();
    var vae = folder.vae();
    PromptEncoder prompts =
        PromptEncoder.load(folder, device, precision, reading, additions, placements.text());
    NoiseNetwork noise = null;
    try {
      noise =
          NoiseNetwork.load(unet.config(), unet.weights(), device, precision, switches, placements);
      VaeNetwork pictures =
          VaeNetwork.load(
              vae.config(),
              vae.weights(),
              device,
              vaePrecision(folder, precision),
              switches,
              placements);
      return new Networks(prompts, noise, pictures);
    } catch (RuntimeException | Error e) {
      if (noise != null) {
        noise.close();
      }
      prompts.close();
      throw e;
    }
  }

  static Precision vaePrecision(ModelFolder folder, Precision precision) {
    return folder.vae().config().forceUpcast() ? Precision.FLOAT32 : precision;
  }

  @Override
  public void close() {
    prompts.close();
    unet.close();
    vae.close();
  }
}
