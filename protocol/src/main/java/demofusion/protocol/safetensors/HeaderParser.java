package demofusion.protocol.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of a safetensors header token by token: a tree of SDXL's 2,500 entries would cost
 * more than the entries themselves.
 */
final class HeaderParser {
  private static final DType[] DTYPES = DType.values();
  private static final int LONGEST_QUOTE = 160;

  private final Path path;
  private final JsonParser json;
  private final long dataStart;

  /**
   * @param path for the sentences
   * @param dataStart where the data begins in the file: what the JSON's offsets count from
   */
  HeaderParser(Path path, JsonParser json, long dataStart) {
    this.path = path;
    this.json = json;
    this.dataStart = dataStart;
  }

  SafetensorsHeader parse() throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = Map.of();
    json.nextToken(); // the opening brace, which was seen
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals(SafetensorsHeader.METADATA)) {
        metadata = parseMetadata();
      } else {
        entries.put(name, parseEntry(name));
      }
    }
    return new SafetensorsHeader(entries, metadata);
  }

  private Map<String, String> parseMetadata() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return metadata;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw refusal("has metadata that is not an object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw refusal("has metadata " + shorten(name) + " that is not a string");
      }
      metadata.put(name, json.getText());
    }
    return metadata;
  }

  private Entry parseEntry(String name) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw refusal(tensor(name) + " that is not an object");
    }
    @Nullable String dtype = null;
    long @Nullable [] shape = null;
    long @Nullable [] range = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> dtype = parseType(name);
        case "shape" -> shape = parseNumbers(name, field);
        case "data_offsets" -> range = parseNumbers(name, field);
        default -> json.skipChildren(); // as the reference does
      }
    }
    if (dtype == null || shape == null || range == null) {
      throw refusal(tensor(name) + " without dtype, shape or data_offsets");
    }
    return checked(name, dtype, shape, range);
  }

  private String parseType(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw refusal(
          "%s of type %s, which must be a text".formatted(tensor(name), shorten(json.getText())));
    }
    return json.getText();
  }

  private static DType typeOf(String name) {
    for (DType dtype : DTYPES) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    return DType.UNKNOWN;
  }

  private long[] parseNumbers(String name, String field) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw refusal(tensor(name) + " whose " + field + " is not a list");
    }
    long[] numbers = new long[4];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || json.getLongValue() < 0) {
        throw refusal(
            "%s whose %s has %s, which must be a whole number between 0 and %s"
                .formatted(tensor(name), field, shorten(json.getText()), Long.MAX_VALUE));
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = json.getLongValue();
    }
    return Arrays.copyOf(numbers, count);
  }

  /** What can be said of one tensor alone: its range is in order and as long as shape × type. */
  private Entry checked(String name, String typeName, long[] shape, long[] range) {
    if (range.length != 2) {
      throw refusal(tensor(name) + " with " + range.length + " data_offsets, not 2");
    }
    if (range[0] > range[1]) {
      throw refusal(
          tensor(name) + " that begins at byte " + range[0] + " but ends before, at " + range[1]);
    }
    if (range[1] > Long.MAX_VALUE - dataStart) {
      throw refusal(tensor(name) + " that ends at byte " + range[1] + ", beyond any file");
    }
    DType dtype = typeOf(typeName);
    long length = range[1] - range[0];
    long bytes = dtype == DType.UNKNOWN ? length : bytesOf(name, dtype, shape);
    if (bytes != length) {
      throw refusal(
          "%s whose shape %s in %s needs %s bytes, but its offsets give it %s"
              .formatted(tensor(name), shorten(Arrays.toString(shape)), dtype, bytes, length));
    }
    return new Entry(name, dtype, shorten(typeName), shape, dataStart + range[0], bytes);
  }

  private long bytesOf(String name, DType dtype, long[] shape) {
    long bits = dtype.bits();
    try {
      for (long side : shape) {
        bits = Math.multiplyExact(bits, side);
      }
    } catch (ArithmeticException e) {
      throw refusal(
          tensor(name) + " whose shape " + shorten(Arrays.toString(shape)) + " fits no memory");
    }
    if (bits % Byte.SIZE != 0) {
      throw refusal(
          "%s whose shape %s in %s fills no whole bytes"
              .formatted(tensor(name), shorten(Arrays.toString(shape)), dtype));
    }
    return bits / Byte.SIZE;
  }

  private static String tensor(String name) {
    return "has a tensor " + shorten(name);
  }

  private DemofusionException refusal(String what) {
    return SafetensorsHeader.refusal(path, what);
  }

  /** Names and messages come from the file: whatever they are, a sentence stays one line. */
  static String shorten(String text) {
    return Excerpt.of(text.replaceAll("\\p{Cntrl}", "?"), LONGEST_QUOTE);
  }
}
