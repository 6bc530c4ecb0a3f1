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
import org.jspecify.annotations.Nullable;

/**
 * A PNG that is written while its tiles come, row by row from the top; it appears under its name
 * when the last tile is in it. Of a picture of which a part is drawn anew the tiles are laid into
 * what is kept. Where the next phase is made of the picture, its rows are passed on as soon as they
 * are there, and the PNG is written of those.
 *
 * <p>Not for several threads at once, but that what is passed on may be written while tiles come.
 */
final class PictureFile implements AutoCloseable {
  private static final int COLOURS = 3;

  private final TileMosaic mosaic;
  private final @Nullable BlendedRows blended; // null: the mosaic is the picture
  private final @Nullable PastedRows pasted; // null: it is whole
  private final SafeFile.Draft draft;
  private final PngWriter png;
  private final @Nullable UnpackedPicture passing; // null: nobody waits for its rows
  private int written; // rows
  private boolean isClosed;

  private PictureFile(
      TileMosaic mosaic,
      @Nullable BlendedRows blended,
      @Nullable PastedRows pasted,
      SafeFile.Draft draft,
      PngWriter png,
      @Nullable UnpackedPicture passing) {
    this.mosaic = mosaic;
    this.blended = blended;
    this.pasted = pasted;
    this.draft = draft;
    this.png = png;
    this.passing = passing;
  }

  /**
   * @param order its cut says where the picture is put back into a larger one beside the file
   * @param factor pixels per latent sample
   * @param kept what the tiles are laid into; null: they are the picture
   */
  static PictureFile begin(
      PictureAssembly.Order order, TilePlan plan, int factor, @Nullable KeptPixels kept)
      throws IOException {
    Path file = order.file();
    PictureCut cut = order.cut();
    PictureAssembly.Passing passing = order.passing();
    Path scratch = file.resolveSibling("." + file.getFileName() + ".tiles");
    Files.deleteIfExists(scratch);
    TileMosaic mosaic = TileMosaic.create(plan, factor, scratch);
    @Nullable PastedRows pasted = null;
    SafeFile.@Nullable Draft draft = null;
    @Nullable UnpackedPicture rows = null;
    try {
      rows = passing == null || passing.rows() == null ? null : passing.rows().get();
      BlendedRows blended = kept == null ? null : new BlendedRows(mosaic, kept);
      PixelRows part = blended == null ? mosaic : blended;
      pasted =
          cut == null ? null : PastedRows.open(file.resolveSibling(JobFolder.WHOLE), part, cut);
      PixelExtent extent = pasted == null ? part.extent() : pasted.extent();
      draft = SafeFile.Draft.begin(file);
      boolean isStored = rows != null && passing != null && !passing.isKept();
      PngWriter png =
          PngWriter.begin(
              Channels.newOutputStream(draft.channel()), extent, order.texts(), isStored);
      return new PictureFile(mosaic, blended, pasted, draft, png, rows);
    } catch (RuntimeException | IOException e) {
      mosaic.close();
      if (pasted != null) {
        pasted.close();
      }
      if (draft != null) {
        draft.close();
      }
      if (rows != null) {
        rows.close();
      }
      throw e;
    }
  }

  /** Of every decoded tile. */
  static long tileBytes(TilePlan plan, int factor) {
    PixelExtent tile =
        new PixelExtent(
            plan.tiles().get(0).width() * factor, plan.tiles().get(0).height() * factor);
    return (long) COLOURS * Float.BYTES * tile.width() * tile.height();
  }

  /** Takes a decoded tile, and passes on or writes what is whole now. */
  void accept(int tile, Tensor pixels) throws IOException {
    mosaic.accept(tile, pixels);
    int ofPart = blended == null ? mosaic.readableRows() : blended.readableRows();
    int readable = pasted == null ? ofPart : pasted.readableRows(ofPart);
    PixelRows rows = pasted != null ? pasted : blended != null ? blended : mosaic;
    if (passing != null) {
      passing.take(rows, readable);
    } else {
      write(rows, readable);
    }
  }

  /** Writes what was passed on, if it was. */
  void write() throws IOException {
    if (passing != null) {
      write(passing.inOrder(), passing.readableRows());
    }
  }

  private void write(PixelRows rows, int to) throws IOException {
    if (to > written) {
      png.rows(rows, written, to);
      written = to;
    }
  }

  /** Gives the file its name: the last tile is in it. */
  void finish() throws IOException {
    png.finish();
    draft.commit();
    close();
  }

  /** Leaves nothing behind of a picture that is not whole. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    png.close();
    draft.close();
    try {
      if (passing != null) {
        passing.close();
      }
      if (pasted != null) {
        pasted.close();
      }
      mosaic.close();
    } catch (IOException ignored) {
      // Only a scratch file; the next run deletes what is left of it.
    }
  }
}
