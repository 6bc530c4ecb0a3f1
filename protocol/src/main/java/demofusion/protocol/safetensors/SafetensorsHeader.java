package demofusion.protocol.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.LfsPointer;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: eight bytes of length, little-endian, then JSON that says of
 * each tensor its type, its shape and where it lies behind the header. Every check of the format is
 * here, in the order in which the file is read.
 *
 * @param entries in the order of the JSON
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";
  static final int LENGTH_BYTES = 8;

  private static final long MOST_BYTES = 100_000_000; // as in the reference
  private static final Comparator<Entry> BY_PLACE =
      Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::length);
  // Names are used once, so collecting them in the factory's symbol table would only cost.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** Reads and checks the header of an open file; {@code path} is for the sentences. */
  static SafetensorsHeader read(Path path, FileChannel channel) throws IOException {
    long fileLength = channel.size();
    if (fileLength < LENGTH_BYTES) {
      throw refusal(path, "holds " + fileLength + " bytes, fewer than the 8 of a header's length");
    }
    long length = headerLength(channel);
    if (fileLength >= LfsPointer.TELLING_BYTES) {
      LfsPointer.refuse(path.toString(), beginning(channel, LfsPointer.TELLING_BYTES).array());
    }
    if (length < 0 || length > MOST_BYTES) {
      throw refusal(
          path,
          ("says that its header has %s bytes, more than the %s that are allowed; it is "
                  + "corrupt or not a safetensors file")
              .formatted(Long.toUnsignedString(length), MOST_BYTES));
    }
    if (length > fileLength - LENGTH_BYTES) {
      throw refusal(
          path,
          ("says that its header has %s bytes, but only %s follow; it is truncated or not "
                  + "a safetensors file")
              .formatted(length, (fileLength - LENGTH_BYTES)));
    }
    if (length < 2) {
      throw refusal(path, "says that its header has " + length + " bytes, fewer than the 2 of {}");
    }
    ByteBuffer json = channel.map(MapMode.READ_ONLY, LENGTH_BYTES, length);
    if (json.get(0) != '{') {
      throw refusal(
          path, "has a header that begins with byte " + (json.get(0) & 0xff) + " instead of {");
    }
    SafetensorsHeader header = parse(path, json, LENGTH_BYTES + length);
    header.requireGaplessUpTo(path, LENGTH_BYTES + length, fileLength);
    return header;
  }

  private static long headerLength(FileChannel channel) throws IOException {
    return beginning(channel, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
  }

  private static ByteBuffer beginning(FileChannel channel, int bytes) throws IOException {
    ByteBuffer beginning = ByteBuffer.allocate(bytes);
    while (beginning.hasRemaining()) {
      if (channel.read(beginning, beginning.position()) < 0) {
        throw new IOException("the file ended while it was read");
      }
    }
    return beginning;
  }

  private static SafetensorsHeader parse(Path path, ByteBuffer json, long dataStart)
      throws IOException {
    // A decoder made this way reports what is not UTF-8 instead of replacing it.
    try (JsonParser parser =
        JSON.createParser(
            new InputStreamReader(
                new ByteBufferBackedInputStream(json), StandardCharsets.UTF_8.newDecoder()))) {
      SafetensorsHeader header = new HeaderParser(path, parser, dataStart).parse();
      if (parser.nextToken() != null) {
        throw refusal(path, "has content after the header's closing brace");
      }
      return header;
    } catch (CharacterCodingException e) {
      throw refusal(path, "has a header that is not UTF-8", e);
    } catch (JsonProcessingException e) {
      throw refusal(path, "has a header that is not valid JSON: " + shortMessage(e), e);
    }
  }

  /** Tensors by where they lie, whatever the order of the JSON. */
  List<Entry> entriesByOffset() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(BY_PLACE);
    return sorted;
  }

  /** The tensors must cover everything behind the header, each byte once. */
  private void requireGaplessUpTo(Path path, long dataStart, long fileLength) {
    long end = dataStart;
    for (Entry entry : entriesByOffset()) {
      if (entry.offset() != end) {
        throw refusal(
            path,
            "has %s before tensor %s, which begins at byte %s of the data instead of %s"
                .formatted(
                    (entry.offset() < end ? "an overlap" : "a hole"),
                    HeaderParser.shorten(entry.name()),
                    (entry.offset() - dataStart),
                    (end - dataStart)));
      }
      end = entry.offset() + entry.length();
    }
    if (end != fileLength) {
      throw refusal(
          path,
          "should have %s bytes by its header, but has %s%s"
              .formatted(end, fileLength, (end > fileLength ? "; it is truncated" : "")));
    }
  }

  static DemofusionException refusal(Path path, String what) {
    return DemofusionException.badModel(path + " " + what);
  }

  private static DemofusionException refusal(Path path, String what, Throwable cause) {
    return new DemofusionException(FailureCode.BAD_MODEL, path + " " + what, cause);
  }

  private static String shortMessage(JsonProcessingException e) {
    return HeaderParser.shorten(e.getOriginalMessage().lines().findFirst().orElse("no reason"));
  }
}
