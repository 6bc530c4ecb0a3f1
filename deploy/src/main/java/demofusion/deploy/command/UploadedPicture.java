package demofusion.deploy.command;

import demofusion.coordinator.store.SafeFile;
import demofusion.protocol.DemofusionException;
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
        throw refusal(file, Files.exists(file) ? "is no file" : "does not exist");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw refusal(
            file, "has " + size + " bytes, more than the " + MOST_BYTES + " that are sent");
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!isPng(bytes) && !isJpeg(bytes)) {
        throw refusal(file, "is no picture that can be read; it must be a PNG or a JPEG");
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
    return DemofusionException.badRequest("picture " + file + " " + what);
  }
}
