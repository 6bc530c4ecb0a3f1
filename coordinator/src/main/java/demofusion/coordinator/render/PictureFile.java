package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.mask.KeptPixels;
import demofusion.coordinator.image.BlendedRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.TileMosaic;
import demofusion.coordinator.image.TilePlan;
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
  private final SafeFile.Draft draft;
  private final PngWriter png;
  private final long tileBytes;
  private int written; // rows

  private PictureFile(
      TileMosaic mosaic,
      @Nullable BlendedRows blended,
      SafeFile.Draft draft,
      PngWriter png,
      long tileBytes) {
    this.mosaic = mosaic;
    this.blended = blended;
    this.draft = draft;
    this.png = png;
    this.tileBytes = tileBytes;
  }

  /**
   * @param factor pixels per latent sample
   * @param texts by keyword, for the PNG
   * @param kept what the tiles are laid into; null: they are the picture
   */
  static PictureFile begin(
      Path file, TilePlan plan, int factor, Map<String, String> texts, @Nullable KeptPixels kept)
      throws IOException {
    Path scratch = file.resolveSibling("." + file.getFileName() + ".tiles");
    Files.deleteIfExists(scratch);
    TileMosaic mosaic = TileMosaic.create(plan, factor, scratch);
    try {
      BlendedRows blended = kept == null ? null : new BlendedRows(mosaic, kept);
      PixelExtent extent = blended == null ? mosaic.extent() : blended.extent();
      SafeFile.Draft draft = SafeFile.Draft.begin(file);
      PngWriter png = PngWriter.begin(Channels.newOutputStream(draft.channel()), extent, texts);
      return new PictureFile(mosaic, blended, draft, png, tileBytes(plan, factor));
    } catch (RuntimeException | IOException e) {
      mosaic.close();
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
    int readable = blended == null ? mosaic.readableRows() : blended.readableRows();
    if (readable > written) {
      png.rows(blended == null ? mosaic : blended, written, readable);
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
      mosaic.close();
    } catch (IOException ignored) {
      // Only a scratch file; the next run deletes what is left of it.
    }
  }
}
