package demofusion.deploy.compare;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** PNGs in and out of memory, whole: what is compared is not gigantic. */
public final class DrawnFiles {
  private DrawnFiles() {}

  public static BufferedImage read(Path file) {
    try {
      BufferedImage picture = ImageIO.read(file.toFile());
      if (picture == null) {
        throw new DemofusionException(FailureCode.STORAGE, file + " is not an image");
      }
      return picture;
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }

  public static void write(BufferedImage picture, Path file) {
    try {
      ImageIO.write(picture, "png", file.toFile());
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be written", e);
    }
  }
}
