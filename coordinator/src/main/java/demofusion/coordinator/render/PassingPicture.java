package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.Asset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The picture of a phase while the next one is made of it: its rows, from when the first of them is
 * decoded, and its PNG. Where previews are wanted that is the preview; else it lies in the job's
 * folder until the next phase has begun, so that a job which is taken up again need not have it
 * decoded twice.
 */
final class PassingPicture implements AutoCloseable {
  private final RenderJob job;
  private @Nullable UnpackedPicture unpacked;
  private boolean isClosed;

  PassingPicture(RenderJob job) {
    this.job = job;
  }

  /** Whether it is wanted as a preview too. */
  boolean isPreview() {
    return job.request().previews();
  }

  /** Where it is, if it is there. */
  Optional<Path> find(int phase) {
    return Optional.of(job.picture(phase, false)).filter(Files::exists);
  }

  /**
   * Makes its rows readable, until it is released.
   *
   * @throws demofusion.protocol.DemofusionException STORAGE or DISK_FULL
   */
  synchronized PhasePicture open(int phase, Path picture) {
    requireOpen();
    release();
    try {
      unpacked = UnpackedPicture.of(picture, scratch(phase));
      return unpacked;
    } catch (IOException e) {
      throw SafeFile.failure(picture + " could not be unpacked", e);
    }
  }

  /**
   * One whose rows come while it is decoded, readable until it is released.
   *
   * @return shared with whoever gives it its rows
   * @throws demofusion.protocol.DemofusionException STORAGE or DISK_FULL
   */
  synchronized UnpackedPicture begin(int phase, PixelExtent extent) {
    requireOpen();
    release();
    Path scratch = scratch(phase);
    try {
      unpacked = UnpackedPicture.begin(extent, scratch);
      return unpacked.shared();
    } catch (IOException e) {
      throw SafeFile.failure(scratch + " could not be written", e);
    }
  }

  /** Its rows, while they come or when they are there; null: nobody asked for them. */
  synchronized @Nullable UnpackedPicture rows() {
    return unpacked;
  }

  /** What is left of another phase's may still be written into its PNG. */
  private Path scratch(int phase) {
    return job.folder().scratch("picture-" + phase);
  }

  private void requireOpen() {
    if (isClosed) {
      throw new IllegalStateException("the job's folder is closed");
    }
  }

  /**
   * As workers get it.
   *
   * @throws demofusion.protocol.DemofusionException STORAGE or DISK_FULL
   */
  static Asset.PictureFile asset(int phase, Path picture) {
    try {
      byte[] file = Files.readAllBytes(picture);
      String hash = HexFormat.of().formatHex(Sha256.of(file));
      return new Asset.PictureFile(ConditionIds.phase(phase, hash), file);
    } catch (IOException e) {
      throw SafeFile.failure(picture + " could not be read", e);
    }
  }

  /** Nothing is made of it any more: of what nobody wanted to see nothing is left. */
  void forget(int phase) {
    release();
    delete(phase);
  }

  /** The same of one that is not open. */
  void delete(int phase) {
    if (!isPreview()) {
      try {
        Files.deleteIfExists(job.picture(phase, false));
      } catch (IOException ignored) {
        // Small beside the phases' latents, and deleted with them.
      }
    }
  }

  synchronized void release() {
    UnpackedPicture open = unpacked;
    unpacked = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException ignored) {
        // Only a scratch file; whoever unpacks the next picture replaces what is left of it.
      }
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    release();
  }
}
