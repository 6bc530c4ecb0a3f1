package demofusion.deploy.command.option.region;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads {@code --regions}: a JSON list of regions, or an object with {@code base} and {@code
 * regions}. A mask is named by its file, from the folder of the JSON.
 */
final class RegionFile {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final long MOST_BYTES = 4 << 20;

  private RegionFile() {}

  /**
   * @param text a file, or JSON itself
   * @throws DemofusionException BAD_REQUEST
   */
  static RegionSettings read(String text) {
    String start = text.stripLeading();
    boolean isJson = start.startsWith("[") || start.startsWith("{");
    Path file = isJson ? Path.of("regions.json") : Path.of(text);
    JsonNode json = tree(isJson ? text : content(file), isJson ? "--regions" : text);
    JsonNode regions = json.isObject() ? json.path("regions") : json;
    if (!regions.isArray()) {
      throw DemofusionException.badRequest(
          (isJson ? "--regions" : text)
              + " must be a JSON list of regions, or have one as regions");
    }
    if (json.isObject()) {
      json.fieldNames().forEachRemaining(name -> requireKnown(name, text));
    }
    regions.forEach(region -> withMask(region, file));
    return new RegionSettings(
        RegionList.parse(regions.toString()).regions(), base(json.path("base"), text));
  }

  private static void requireKnown(String name, String text) {
    if (!name.equals("base") && !name.equals("regions")) {
      throw DemofusionException.badRequest(
          "%s has \"%s\", which is not known; it may have base and regions".formatted(text, name));
    }
  }

  private static double base(JsonNode base, String text) {
    if (base.isMissingNode()) {
      return 0;
    }
    if (!base.isNumber()) {
      throw DemofusionException.badRequest(text + " has the base " + base + ", not a number");
    }
    return base.asDouble();
  }

  /** Puts a mask's content in the place of its file's name. */
  private static void withMask(JsonNode region, Path file) {
    if (region instanceof ObjectNode fields && fields.path("mask").isTextual()) {
      Path mask = file.resolveSibling(fields.get("mask").asText());
      fields.put("mask", RegionText.mask(mask).file());
    }
  }

  private static String content(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw DemofusionException.badRequest(
            "%s has %s bytes; regions must have at most %s"
                .formatted(file, Files.size(file), MOST_BYTES));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "--regions " + file + " cannot be read: " + SafeFile.reason(e));
    }
  }

  private static JsonNode tree(String json, String where) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw DemofusionException.badRequest(
          "%s is not JSON: %s"
              .formatted(where, e.getOriginalMessage().lines().findFirst().orElse("")));
    }
  }
}
