package demofusion.coordinator.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job's spans in its folder, one JSON object per line, in the order of their ends. What a process
 * that was killed had half written is passed over.
 */
public final class TraceFile {
  /** In a job's folder. */
  public static final String NAME = "trace.jsonl";

  private static final JsonMapper JSON = ApiJson.lenient();

  private TraceFile() {}

  /**
   * Adds spans, whose bytes are with the operating system afterwards.
   *
   * @return how many bytes came to it
   * @throws IOException if it cannot be written, or its folder is gone
   */
  static long append(Path file, List<Span> spans) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Span span : spans) {
      if (span.kind() == Span.Kind.RUN) {
        lines.append('\n'); // ends what another process may have left
      }
      lines.append(line(span)).append('\n');
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return bytes.length;
  }

  private static String line(Span span) {
    try {
      return JSON.writeValueAsString(span);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a span is always JSON", e);
    }
  }

  /**
   * The next span of a file that is being read; null at its end.
   *
   * @throws IOException if it cannot be read
   */
  static @Nullable Span next(BufferedReader reader) throws IOException {
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      Span span = parse(line);
      if (span != null) {
        return span;
      }
    }
    return null;
  }

  private static @Nullable Span parse(String line) {
    if (line.isEmpty()) {
      return null;
    }
    try {
      return JSON.readValue(line, Span.class);
    } catch (JsonProcessingException e) {
      return null; // half a line
    }
  }
}
