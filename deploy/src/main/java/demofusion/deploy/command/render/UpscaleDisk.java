package demofusion.deploy.command.render;

import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.coordinator.store.Disk;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code demofusion upscale} has on the disk at most: its passes' pictures, and the result.
 */
final class UpscaleDisk {
  /** Of a side: its rows still fit into an array, and a count of its bytes into a number. */
  private static final Range SIDE = new Range("size", 1, 262_144);

  private static final long COLOURS = 3;

  private UpscaleDisk() {}

  /**
   * @param scale of the network
   * @param folder that everything is written to
   * @throws DemofusionException BAD_REQUEST if that is more than there is room for
   */
  static void require(PixelExtent small, int scale, PixelExtent wanted, Path folder, Disk disk) {
    SIDE.require(wanted.width());
    SIDE.require(wanted.height());
    long bytes = bytes(small, scale, wanted);
    long free;
    try {
      free = disk.usableBytes(folder);
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be looked at", e);
    }
    if (bytes > free) {
      throw DemofusionException.badRequest(
          ("size %s needs %s MiB of disk for the image and what lies beside it meanwhile, and in %s"
                  + " there are %s; choose a smaller size, or --output on another disk")
              .formatted(wanted, bytes >> 20, folder, free >> 20));
    }
  }

  /** The result as if nothing of it could be compressed. */
  static long bytes(PixelExtent small, int scale, PixelExtent wanted) {
    return COLOURS * (Enlargement.pixels(small, scale, wanted) + wanted.area());
  }
}
