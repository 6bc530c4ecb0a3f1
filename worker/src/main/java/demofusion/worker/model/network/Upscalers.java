package demofusion.worker.model.network;

import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.torch.KeptNetworks;
import demofusion.worker.model.torch.TorchDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The super-resolution networks that work names. */
final class Upscalers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upscalers.class);
  private static final int MOST = 2;

  private final AdditionFiles files;
  private final TorchDevice device;
  private final KeptNetworks<String, UpscalerNetwork> kept =
      new KeptNetworks<>(MOST, this::load, UpscalerNetwork::close);

  Upscalers(AdditionFiles files, TorchDevice device) {
    this.files = files;
    this.device = device;
  }

  WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    return kept.with(
        work.upscalerHash(),
        network -> new WorkResult.UpscaledPixels(network.upscale(work.pixels(), work.threads())));
  }

  private UpscalerNetwork load(String hash) {
    UpscalerNetwork network = UpscalerNetwork.load(files.locate(hash), device);
    LOG.info("event=upscaler-loaded hash={} scale={}", hash, network.scale());
    return network;
  }

  @Override
  public void close() {
    kept.close();
  }
}
