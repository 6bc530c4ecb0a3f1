package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.mask.KeptPixels;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.TileMosaic;
import demofusion.coordinator.image.TilePlan;
import demofusion.coordinator.image.repair.BlendedRows;
import demofusion.coordinator.image.repair.PastedRows;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A PNG that is written while its tiles come, row by row from the top; it appears under its name
 * when the last tile is in it. Of a picture of which a part is drawn anew the tiles are laid into
 * what is kept. Not for several threads at once.
 */
final class PictureFile implements AutoCloseable {
  private static final int COLOURS = 3;

  private final TileMosaic mosaic;
  private final @Nullable BlendedRows blended; // null: the mosaic is the picture
  private final @Nullable PastedRows pasted; // null: it is whole
  private final SafeFile.Draft draft;
  private final PngWriter png;
  private final long tileBytes;
  private int written; // rows

  private PictureFile(
      TileMosaic mosaic,
      @Nullable BlendedRows blended,
      @Nullable PastedRows pasted,
      SafeFile.Draft draft,
      PngWriter png,
      long tileBytes) {
    this.mosaic = mosaic;
    this.blended = blended;
    this.pasted = pasted;
    this.draft = draft;
    this.png = png;
    this.tileBytes = tileBytes;
  }

  /**
   * @param factor pixels per latent sample
   * @param texts by keyword, for the PNG
   * @param kept what the tiles are laid into; null: they are the picture
   * @param cut where that is put back into a larger image beside the file; null: it is the picture
   */
  static PictureFile begin(
      Path file,
      TilePlan plan,
      int factor,
      Map<String, String> texts,
      @Nullable KeptPixels kept,
      @Nullable PictureCut cut)
      throws IOException {
    Path scratch = file.resolveSibling("." + file.getFileName() + ".tiles");
    Files.deleteIfExists(scratch);
    TileMosaic mosaic = TileMosaic.create(plan, factor, scratch);
    @Nullable PastedRows pasted = null;
    SafeFile.@Nullable Draft draft = null;
    try {
      BlendedRows blended = kept == null ? null : new BlendedRows(mosaic, kept);
      PixelRows part = blended == null ? mosaic : blended;
      pasted =
          cut == null ? null : PastedRows.open(file.resolveSibling(JobFolder.WHOLE), part, cut);
      PixelExtent extent = pasted == null ? part.extent() : pasted.extent();
      draft = SafeFile.Draft.begin(file);
      PngWriter png = PngWriter.begin(Channels.newOutputStream(draft.channel()), extent, texts);
      return new PictureFile(mosaic, blended, pasted, draft, png, tileBytes(plan, factor));
    } catch (RuntimeException | IOException e) {
      mosaic.close();
      if (pasted != null) {
        pasted.close();
      }
      if (draft != null) {
        draft.close();
      }
      throw e;
    }
  }

  private static long tileBytes(TilePlan plan, int factor) {
    PixelExtent tile =
        new PixelExtent(
            plan.tiles().get(0).width() * factor, plan.tiles().get(0).height() * factor);
    return (long) COLOURS * Float.BYTES * tile.width() * tile.height();
  }

  /** Of every decoded tile. */
  long tileBytes() {
    return tileBytes;
  }

  /** Takes a decoded tile and writes what is whole now; the last one makes the file. */
  void accept(int tile, Tensor pixels) throws IOException {
    mosaic.accept(tile, pixels);
    int ofPart = blended == null ? mosaic.readableRows() : blended.readableRows();
    int readable = pasted == null ? ofPart : pasted.readableRows(ofPart);
    if (readable > written) {
      png.rows(pasted != null ? pasted : blended != null ? blended : mosaic, written, readable);
      written = readable;
    }
    if (mosaic.isComplete()) {
      png.finish();
      draft.commit();
      close();
    }
  }

  /** Leaves nothing behind of a picture that is not whole. */
  @Override
  public void close() {
    png.close();
    draft.close();
    try {
      if (pasted != null) {
        pasted.close();
      }
      mosaic.close();
    } catch (IOException ignored) {
      // Only a scratch file; the next run deletes what is left of it.
    }
  }
}
