package demofusion.deploy.command.option.region;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads AREA=PROMPT, where the area is four numbers or a mask's file. */
final class RegionText {
  private RegionText() {}

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  static Region parse(
      String text, @Nullable String negative, @Nullable Double weight, @Nullable Double feather) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw DemofusionException.badRequest(
          "--region \"" + text + "\" must be X0,Y0,X1,Y1=PROMPT or MASK.png=PROMPT");
    }
    String where = text.substring(0, equals).strip();
    boolean isArea = where.matches(RegionRectangle.PATTERN);
    return new Region(
        isArea ? RegionRectangle.parse(where) : null,
        isArea ? null : mask(where),
        text.substring(equals + 1).strip(),
        negative,
        weight,
        feather);
  }

  /**
   * A mask's file, not decoded yet.
   *
   * @throws DemofusionException BAD_REQUEST if there is none
   */
  static RegionMask mask(String file) {
    try {
      return mask(Path.of(file));
    } catch (InvalidPathException e) {
      throw missing(file, e.getReason());
    }
  }

  static RegionMask mask(Path path) {
    try {
      if (Files.size(path) > RegionMask.MOST_BYTES) {
        throw DemofusionException.badRequest(
            "the mask %s has %s bytes; it must have at most %s"
                .formatted(path, Files.size(path), RegionMask.MOST_BYTES));
      }
      return RegionMask.of(Files.readAllBytes(path));
    } catch (IOException e) {
      throw missing(path.toString(), SafeFile.reason(e));
    }
  }

  private static DemofusionException missing(String file, String reason) {
    return DemofusionException.badRequest(
        "the region's area \"%s\" is neither X0,Y0,X1,Y1 nor a mask that can be read: %s"
            .formatted(file, reason));
  }
}
