package demofusion.worker.model.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.LfsPointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the small files of a model folder: JSON as Python writes it, which has the numbers Infinity
 * and NaN too, and lines of text.
 */
public final class ModelFile {
  private static final long LARGEST_BYTES = 64L << 20;
  private static final int LONGEST_QUOTE = 80;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ModelFile() {}

  /**
   * Reads a file that holds one JSON object.
   *
   * @param name how sentences call the file
   * @throws DemofusionException BAD_MODEL with one sentence if it holds something else
   */
  public static ObjectNode object(Path file, String name) {
    return object(read(file, name), name);
  }

  /** The same of a file's content. */
  public static ObjectNode object(byte[] content, String name) {
    try {
      JsonNode root = JSON.readTree(content);
      if (root instanceof ObjectNode object) {
        return object;
      }
      throw DemofusionException.badModel(name + " must be a JSON object");
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw unreadable(name + " is not valid JSON: " + shorten(reason), e);
    } catch (IOException e) {
      throw unreadable(name + " cannot be read: " + e, e);
    }
  }

  /** The lines of a text, which must be UTF-8. */
  static List<String> lines(byte[] content, String name) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content))
          .toString()
          .lines()
          .toList();
    } catch (CharacterCodingException e) {
      throw unreadable(name + " is not UTF-8", e);
    }
  }

  /** The beginning of something that a file says, without what would break a line. */
  public static String shorten(String text) {
    return Excerpt.of(text.replaceAll("\\p{Cntrl}", "?"), LONGEST_QUOTE);
  }

  static byte[] read(Path file, String name) {
    try {
      long size = Files.size(file);
      if (size > LARGEST_BYTES) {
        throw DemofusionException.badModel(
            "%s has %s bytes, more than the %s of any configuration or vocabulary"
                .formatted(name, size, LARGEST_BYTES));
      }
      byte[] content = Files.readAllBytes(file);
      LfsPointer.refuse(name, content);
      return content;
    } catch (IOException e) {
      throw unreadable(name + " cannot be read: " + e, e);
    }
  }

  private static DemofusionException unreadable(String sentence, IOException cause) {
    return new DemofusionException(FailureCode.BAD_MODEL, sentence, cause);
  }
}
