package demofusion.coordinator.image.repair;

import demofusion.coordinator.diffusion.mask.KeptPixels;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.TileMosaic;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;

/**
 * A picture of which a part was drawn anew (conditioning section 5.5): its decoded tiles, laid into
 * the picture that was there.
 */
public final class BlendedRows implements PixelRows {
  private static final float[] NOTHING = new float[0];

  private final TileMosaic decoded;
  private final KeptPixels kept;

  public BlendedRows(TileMosaic decoded, KeptPixels kept) {
    this.decoded = decoded;
    this.kept = kept;
  }

  @Override
  public PixelExtent extent() {
    return kept.extent();
  }

  /** How many rows, from the top, are there. */
  public int readableRows() {
    return kept.readableRows(decoded.readableRows());
  }

  @Override
  public void read(int y, byte[] rgb) throws IOException {
    int row = kept.decodedRow(y);
    kept.blend(y, row < 0 ? NOTHING : decoded.readDecoded(row), rgb);
  }
}
