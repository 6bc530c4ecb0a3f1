package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.LastUsed;
import demofusion.worker.model.torch.TorchDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The super-resolution networks that work names, loaded when they are first wanted. The two that
 * were wanted last are kept.
 */
final class Upscalers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upscalers.class);
  private static final int MOST = 2;

  private final AdditionFiles files;
  private final TorchDevice device;
  private final LastUsed<String, UpscalerNetwork> networks =
      new LastUsed<>(MOST, this::load, UpscalerNetwork::close);

  Upscalers(AdditionFiles files, TorchDevice device) {
    this.files = files;
    this.device = device;
  }

  WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    Tensor pixels =
        networks.with(
            work.upscalerHash(), network -> network.upscale(work.pixels(), work.threads()));
    return new WorkResult.UpscaledPixels(pixels);
  }

  private UpscalerNetwork load(String hash) {
    UpscalerNetwork network = UpscalerNetwork.load(files.locate(hash), device);
    LOG.info("event=upscaler-loaded hash={} scale={}", hash, network.scale());
    return network;
  }

  @Override
  public void close() {
    networks.close();
  }
}
