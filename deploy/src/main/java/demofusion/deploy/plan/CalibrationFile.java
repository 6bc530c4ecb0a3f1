package demofusion.deploy.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ApiJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A {@link Calibration} in a file: by itself, or as the part {@value #PART} of what {@code selftest
 * --json} printed. It is read strictly, since a rate that is read half plans another farm.
 */
public final class CalibrationFile {
  /** The field of the selftest's report that holds it. */
  public static final String PART = "calibration";

  private static final int MOST_BYTES = 4 << 20;
  private static final JsonMapper STRICT = ApiJson.strict(1 << 16);

  private CalibrationFile() {}

  /**
   * @throws DemofusionException BAD_REQUEST with one sentence if there is none in the file
   */
  public static Calibration read(Path file) {
    return parse(file.toString(), bytes(file));
  }

  /** As one JSON object. */
  public static String write(Calibration calibration) {
    try {
      return STRICT.writeValueAsString(calibration);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + calibration, e);
    }
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw refused(file.toString(), "it is larger than " + (MOST_BYTES >> 20) + " MiB");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw refused(file.toString(), "there is no such file");
    } catch (IOException e) {
      throw refused(file.toString(), "it cannot be read");
    }
  }

  /**
   * @param name for the sentence
   */
  static Calibration parse(String name, byte[] json) {
    try {
      JsonNode root = STRICT.readTree(new String(json, StandardCharsets.UTF_8));
      JsonNode part = root.has(PART) ? root.get(PART) : root;
      if (!part.isObject() || !part.has("matrixTeraflops")) {
        throw refused(name, "there is no calibration in it");
      }
      return STRICT.treeToValue(part, Calibration.class);
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof DemofusionException cause) {
        throw refused(name, cause.userMessage());
      }
      String field =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .filter(step -> step != null)
              .collect(Collectors.joining("."));
      throw refused(
          name,
          field.isEmpty() ? "it is not JSON" : "its " + field + " is no value of this format");
    } catch (JsonProcessingException e) {
      throw refused(name, "it is not JSON");
    }
  }

  private static DemofusionException refused(String name, String why) {
    return DemofusionException.badRequest(
        "cannot take "
            + name
            + " as calibration: "
            + why
            + "; write one with demofusion selftest --json");
  }
}
