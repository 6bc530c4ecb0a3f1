package demofusion.deploy.command.option.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A JSON list that an option gives, as it is or in a file, whose pictures are named by their files
 * from the folder of the JSON.
 *
 * @param option that gives it
 * @param list what it says
 * @param folder from which its files are named
 */
public record JsonOption(String option, JsonNode list, Path folder) {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(PictureBytes.MOST_BYTES / 3 * 4 + 8)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * @param text JSON, or the file that it is in
   * @throws DemofusionException BAD_REQUEST if it is no JSON list
   */
  public static JsonOption read(String option, String text) {
    boolean isJson = text.stripLeading().startsWith("[") || text.stripLeading().startsWith("{");
    try {
      Path file = Path.of(isJson ? "" : text).toAbsolutePath();
      String json = isJson ? text : Files.readString(file);
      JsonNode list = JSON.readTree(json);
      if (!list.isArray()) {
        throw refusal(option, "it must be a JSON list of objects");
      }
      Path folder = isJson ? file : file.resolveSibling("");
      return new JsonOption(option, list, folder.toAbsolutePath().normalize());
    } catch (JsonProcessingException e) {
      throw refusal(option, e.getOriginalMessage().lines().findFirst().orElse("no JSON"));
    } catch (IOException e) {
      throw refusal(option, text + " cannot be read: " + SafeFile.reason(e));
    } catch (InvalidPathException e) {
      throw refusal(option, e.getReason());
    }
  }

  private static DemofusionException refusal(String option, String what) {
    return DemofusionException.badRequest(option + " is no JSON that can be read: " + what);
  }

  /** A picture's content in base64, in the place of its file's name; what is base64 stays so. */
  public String picture(String text) {
    if (isPicture(text)) {
      return text;
    }
    PictureBytes read = PictureOnDisk.read(option, folder.resolve(text));
    return Base64.getEncoder().encodeToString(read.file());
  }

  private static boolean isPicture(String text) {
    try {
      PictureBytes.of(Base64.getDecoder().decode(text));
      return true;
    } catch (IllegalArgumentException | DemofusionException e) {
      return false;
    }
  }
}
