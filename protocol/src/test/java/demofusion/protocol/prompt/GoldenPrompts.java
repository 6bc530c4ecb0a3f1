package demofusion.protocol.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.GoldenData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What A1111's prompt engine makes of prompts. */
public final class GoldenPrompts {
  private GoldenPrompts() {}

  /** Prompts with their segments and the tokens of their chunks. */
  public static Stream<JsonNode> prompts() {
    return rows("prompts");
  }

  /** Prompts that change, with the text of each stretch of steps. */
  public static Stream<JsonNode> schedules() {
    return rows("schedules");
  }

  private static Stream<JsonNode> rows(String table) {
    try {
      JsonNode root = new ObjectMapper().readTree(GoldenData.path("models/prompts.json").toFile());
      return StreamSupport.stream(root.path(table).spliterator(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
