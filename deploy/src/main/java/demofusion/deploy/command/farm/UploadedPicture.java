package demofusion.deploy.command.farm;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.PictureFormat;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture to start from, as it is sent to a farm: the file as it is. */
final class UploadedPicture {
  private static final long MOST_BYTES = 256L << 20;

  private UploadedPicture() {}

  /**
   * @throws DemofusionException BAD_REQUEST if it is no picture that can be sent
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
      PictureFormat.refusal(bytes)
          .ifPresent(
              reason -> {
                throw refusal(file, reason);
              });
      return bytes;
    } catch (IOException e) {
      throw refusal(file, "cannot be read: " + SafeFile.reason(e));
    }
  }

  private static DemofusionException refusal(Path file, String what) {
    return DemofusionException.badRequest("image " + file + " " + what);
  }
}
