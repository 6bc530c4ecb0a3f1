package demofusion.worker.model.control;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.Asset;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A picture of 8 bits a sample.
 *
 * @param channels 3 of colours, or 1 of grey
 * @param pixels (height, width, channels)
 */
record BytePicture(PixelExtent extent, int channels, byte[] pixels) {
  private static final int COLOURS = 3;

  /** Of a PNG that the coordinator wrote. */
  static BytePicture decode(Asset.PictureFile file) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file.file()))) {
      reader.setInput(in, true, true);
      return of(reader.read(0));
    } catch (IOException | RuntimeException e) {
      throw DemofusionException.badRequest(
          "the picture %s that was sent cannot be read as a PNG of 8 bits: %s"
              .formatted(file.id(), e));
    } finally {
      reader.dispose();
    }
  }

  private static BytePicture of(BufferedImage image) {
    Raster raster = image.getRaster();
    int channels = raster.getNumBands();
    if ((channels != 1 && channels != COLOURS)
        || image.getColorModel().getPixelSize() != Byte.SIZE * channels
        || image.getColorModel() instanceof java.awt.image.IndexColorModel) {
      throw new IllegalArgumentException("it is neither RGB nor grey of 8 bits");
    }
    PixelExtent extent = new PixelExtent(raster.getWidth(), raster.getHeight());
    byte[] pixels = inOrder(raster, channels);
    if (pixels.length == 0) {
      int line = extent.width() * channels;
      pixels = new byte[Math.multiplyExact(extent.height(), line)];
      int[] samples = new int[line];
      for (int row = 0; row < extent.height(); row++) {
        raster.getPixels(0, row, extent.width(), 1, samples);
        for (int n = 0; n < line; n++) {
          pixels[row * line + n] = (byte) samples[n];
        }
      }
    }
    return new BytePicture(extent, channels, pixels);
  }

  /** The reader's own memory, where it has the samples in our order; else nothing. */
  private static byte[] inOrder(Raster raster, int channels) {
    int[] offsets = new int[channels];
    Arrays.setAll(offsets, n -> n);
    return raster.getDataBuffer() instanceof DataBufferByte buffer
            && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
            && model.getPixelStride() == channels
            && model.getScanlineStride() == raster.getWidth() * channels
            && Arrays.equals(model.getBandOffsets(), offsets)
            && buffer.getData().length == raster.getWidth() * raster.getHeight() * channels
        ? buffer.getData()
        : new byte[0];
  }

  /** Where one channel's sample lies: of grey, all three are one. */
  int at(int row, int column, int channel) {
    return (row * extent.width() + column) * channels + (channels == 1 ? 0 : channel);
  }
}
