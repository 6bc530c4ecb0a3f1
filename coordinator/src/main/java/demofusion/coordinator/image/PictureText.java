package demofusion.coordinator.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import demofusion.coordinator.image.container.PictureHead;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.PictureFormat;
import demofusion.protocol.file.SafeFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads the texts that programs keep in pictures, without decoding a pixel: a PNG's text chunks, the
 * comment in a JPEG's, WebP's or TIFF's Exif block, and the comments of JPEG and GIF.
 */
public final class PictureText {
  private PictureText() {}

  /**
   * All texts of a file by keyword; Exif's comment counts as {@link GenerationParameters#KEYWORD},
   * where a PNG keeps the same text. Of two with the same keyword the first counts.
   *
   * @throws DemofusionException BAD_REQUEST if the file is missing or no whole picture
   */
  public static Map<String, String> read(Path path) {
    String name = path.toString();
    if (!Files.isRegularFile(path)) {
      throw DemofusionException.badRequest(
          name + (Files.exists(path) ? " is not a file" : " does not exist"));
    }
    try (ImageInputStream in = new FileImageInputStream(path.toFile())) {
      return head(in, name).texts();
    } catch (IOException e) {
      throw DemofusionException.badRequest(name + " cannot be read: " + SafeFile.reason(e));
    }
  }

  /**
   * The same of a picture in memory.
   *
   * @param what it is, for a sentence
   */
  public static Map<String, String> read(byte[] picture, String what) {
    return head(new ByteArrayImageInputStream(picture), what).texts();
  }

  /**
   * What a file says beside its pixels, if it is whole and of a format that is read.
   *
   * @param what it is, for a sentence
   * @throws DemofusionException BAD_REQUEST if it is not
   */
  static PictureHead head(ImageInputStream in, String what) {
    try {
      byte[] head = new byte[PictureFormat.HEAD_BYTES];
      byte[] first = Arrays.copyOf(head, Math.max(0, in.read(head)));
      PictureFormat.refusal(first)
          .ifPresent(
              reason -> {
                throw DemofusionException.badRequest(what + " " + reason);
              });
      return head(PictureFormat.of(first).orElseThrow(), in, what);
    } catch (IOException e) {
      throw DemofusionException.badRequest(what + " cannot be read: " + SafeFile.reason(e));
    }
  }

  private static PictureHead head(PictureFormat format, ImageInputStream in, String what) {
    try {
      return PictureHead.read(format, in);
    } catch (EOFException e) {
      throw DemofusionException.badRequest(
          what + " is cut off: it is " + format.inWords() + " that goes on; copy it again");
    } catch (IOException | RuntimeException e) {
      throw DemofusionException.badRequest(
          "%s cannot be read as %s: %s".formatted(what, format.inWords(), e.getMessage()));
    }
  }
}
