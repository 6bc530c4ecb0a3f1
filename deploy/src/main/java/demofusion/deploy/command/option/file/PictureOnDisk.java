package demofusion.deploy.command.option.file;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Pictures that options name, as files that are not decoded yet. */
public final class PictureOnDisk {
  private PictureOnDisk() {}

  /**
   * @param option that names it, for the sentence
   * @throws DemofusionException BAD_REQUEST if it is no picture that can be read
   */
  public static PictureBytes read(String option, String text) {
    try {
      return read(option, Path.of(text));
    } catch (InvalidPathException e) {
      throw refusal(option, text, e.getReason());
    }
  }

  /**
   * @param option that names it, for the sentence
   * @throws DemofusionException BAD_REQUEST if it is no picture that can be read
   */
  public static PictureBytes read(String option, Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw refusal(
            option, file.toString(), Files.exists(file) ? "it is no file" : "it does not exist");
      }
      if (Files.size(file) > PictureBytes.MOST_BYTES) {
        throw refusal(
            option,
            file.toString(),
            "it has %s bytes, more than the %s that a picture may have"
                .formatted(Files.size(file), PictureBytes.MOST_BYTES));
      }
      return PictureBytes.of(Files.readAllBytes(file), option + " " + file);
    } catch (IOException e) {
      throw refusal(option, file.toString(), SafeFile.reason(e));
    }
  }

  private static DemofusionException refusal(String option, String text, String reason) {
    return DemofusionException.badRequest(
        "%s %s is no picture that can be read: %s".formatted(option, text, reason));
  }
}
