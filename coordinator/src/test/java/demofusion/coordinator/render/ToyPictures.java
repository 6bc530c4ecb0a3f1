package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhasePictures;
import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.image.PixelRows;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The VAE of {@link FakeWorker}, on whole latents and without a farm. */
final class ToyPictures implements PhasePictures {
  @Override
  public PhasePicture picture(Phase phase, Latent latent) {
    int[] shape = {latent.channels(), latent.extent().height(), latent.extent().width()};
    PixelRows rows = PixelRows.of(FakeWorker.decode(new Tensor(shape, latent.samples())));
    PixelExtent extent = rows.extent();
    byte[] rgb = new byte[3 * extent.width() * extent.height()];
    byte[] row = new byte[3 * extent.width()];
    try {
      for (int y = 0; y < extent.height(); y++) {
        rows.read(y, row);
        System.arraycopy(row, 0, rgb, y * row.length, row.length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return PhasePicture.of(extent, rgb);
  }

  @Override
  public WorkResult.EncodedPicture encode(Work.EncodePicture work) {
    return FakeWorker.encode(work.pixels());
  }
}
