package demofusion.coordinator.image.upscale;

import demofusion.coordinator.image.upscale.UpscaleTile.Cut;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.util.List;

/**
 * One time that a whole picture goes through the network, tile by tile. Any thread may ask for
 * tiles, and again, as long as the {@link Enlargement} is open: they do not change.
 */
public final class UpscalePass {
  private final PixelStore from;
  private final List<UpscaleTile> tiles;

  /**
   * @param tiles none: the picture is large enough
   */
  UpscalePass(PixelStore from, List<UpscaleTile> tiles) {
    this.from = from;
    this.tiles = List.copyOf(tiles);
  }

  /** How many tiles there are; 0 where nothing is left to enlarge. */
  public int tiles() {
    return tiles.size();
  }

  /**
   * What the network sees of a tile: (3, height, width) in [0, 1].
   *
   * @throws demofusion.protocol.DemofusionException STORAGE
   */
  public Tensor pixels(int tile) {
    try {
      return from.cut(tiles.get(tile).seen());
    } catch (IOException e) {
      throw SafeFile.failure("the scratch file of the image could not be read", e);
    }
  }

  Cut core(int tile) {
    return tiles.get(tile).core();
  }

  Cut seen(int tile) {
    return tiles.get(tile).seen();
  }

  PixelStore picture() {
    return from;
  }
}
