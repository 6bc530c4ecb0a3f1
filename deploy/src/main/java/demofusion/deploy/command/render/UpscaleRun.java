package demofusion.deploy.command.render;

import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.coordinator.image.upscale.UpscalePass;
import demofusion.deploy.terminal.Terminal;
import demofusion.deploy.terminal.TileProgress;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.PixelExtent;
import demofusion.worker.model.network.UpscalerNetwork;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Map;

/** One picture on its way through an upscaler of this process, tile after tile. */
final class UpscaleRun {
  private final Terminal terminal;
  private final boolean quiet;
  private final UpscalerNetwork network;
  private final int threads;

  UpscaleRun(Terminal terminal, boolean quiet, UpscalerNetwork network, int threads) {
    this.terminal = terminal;
    this.quiet = quiet;
    this.network = network;
    this.threads = threads;
  }

  /**
   * @param texts by keyword, for the file
   * @throws DemofusionException STORAGE, DISK_FULL or one of the device's codes
   */
  void write(
      PixelRows small,
      PixelExtent wanted,
      Path file,
      PictureEncoder encoder,
      Map<String, String> texts) {
    Path scratch = file.resolveSibling("." + file.getFileName() + ".pixels");
    try (Enlargement all = Enlargement.begin(scratch, small, network.scale(), wanted)) {
      enlarge(all);
      SafeFile.write(
          file, channel -> encoder.write(Channels.newOutputStream(channel), all.result(), texts));
    } catch (IOException e) {
      throw SafeFile.failure(file + " could not be written", e);
    }
  }

  private void enlarge(Enlargement all) throws IOException {
    TileProgress progress = new TileProgress(terminal, System::nanoTime, quiet, all.tiles());
    try {
      long done = 0;
      while (all.pass().tiles() > 0) {
        UpscalePass pass = all.pass();
        for (int tile = 0; tile < pass.tiles(); tile++) {
          all.accept(pass, tile, network.upscale(pass.pixels(tile), threads));
          progress.at(++done);
        }
      }
    } finally {
      progress.end();
    }
  }
}
