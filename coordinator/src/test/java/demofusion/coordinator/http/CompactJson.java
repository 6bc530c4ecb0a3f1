package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** JSON for people who read differences: broken into lines down to some depth, and no deeper. */
final class CompactJson {
  private CompactJson() {}

  /**
   * @param depth levels of objects whose members have lines of their own
   */
  static String text(JsonNode json, int depth) {
    StringBuilder text = new StringBuilder();
    append(json, depth, "", text);
    return text.append('\n').toString();
  }

  private static void append(JsonNode json, int depth, String indent, StringBuilder text) {
    if (!json.isObject() || json.isEmpty() || depth == 0) {
      text.append(json);
      return;
    }
    String before = "{\n";
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      text.append(before).append(indent).append(" \"").append(member.getKey()).append("\":");
      append(member.getValue(), depth - 1, indent + " ", text);
      before = ",\n";
    }
    text.append('\n').append(indent).append('}');
  }
}
