package demofusion.deploy.command.farm;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture to start from, as it is sent to a farm: the file as it is. */
final class UploadedPicture {
  private static final long MOST_BYTES = 256L << 20;

  private UploadedPicture() {}

  /**
   * @throws DemofusionException BAD_REQUEST if it is not a PNG or JPEG that can be sent
   */
  static byte[] read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw refusal(file, Files.exists(file) ? "is not a file" : "does not exist");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw refusal(
            file,
            "has %s bytes, more than the %s that can be sent; use a smaller one"
                .formatted(size, MOST_BYTES));
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!isPng(bytes) && !isJpeg(bytes)) {
        throw refusal(file, "is not a readable image; it must be a PNG or a JPEG");
      }
      return bytes;
    } catch (IOException e) {
      throw refusal(file, "cannot be read: " + SafeFile.reason(e));
    }
  }

  private static boolean isPng(byte[] bytes) {
    return bytes.length > 8 && bytes[0] == (byte) 0x89 && bytes[1] == 'P' && bytes[2] == 'N';
  }

  private static boolean isJpeg(byte[] bytes) {
    return bytes.length > 3 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8;
  }

  private static DemofusionException refusal(Path file, String what) {
    return DemofusionException.badRequest("image " + file + " " + what);
  }
}
