package demofusion.coordinator.http.compat.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.field.Base64Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** What is answered when all pictures are there: JSON, piece by piece where they are large. */
final class ImageAnswer {
  private ImageAnswer() {}

  /**
   * Addresses of pictures.
   *
   * @param size WIDTHxHEIGHT
   */
  static Source<ByteString, ?> ofAddresses(
      List<String> urls, AnswerForm form, String size, long created) {
    List<Map<String, String>> data = urls.stream().map(url -> Map.of("url", url)).toList();
    return text(start(form, size, created) + Responses.text(data) + "}");
  }

  /** Pictures as base64. */
  static Source<ByteString, ?> ofFiles(
      List<Path> files, AnswerForm form, String size, long created) {
    List<Source<ByteString, ?>> parts = new ArrayList<>();
    String before = start(form, size, created) + "[";
    for (Path file : files) {
      parts.add(text(before + "{\"b64_json\":\""));
      parts.add(Base64Picture.encode(file));
      before = "\"},";
    }
    parts.add(text("\"}]}"));
    return Source.from(parts).flatMapConcat(part -> part);
  }

  private static String start(AnswerForm form, String size, long created) {
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    head.put("created", created);
    head.put("background", "opaque");
    head.put("output_format", form.format());
    head.put("size", size);
    head.set("usage", usage());
    String text = head.toString();
    return text.substring(0, text.length() - 1) + ",\"data\":";
  }

  /** Nothing is counted in tokens here, and nothing is charged; clients demand the numbers. */
  static ObjectNode usage() {
    ObjectNode usage = JsonNodeFactory.instance.objectNode();
    usage.put("input_tokens", 0);
    usage.putObject("input_tokens_details").put("image_tokens", 0).put("text_tokens", 0);
    return usage.put("output_tokens", 0).put("total_tokens", 0);
  }

  static Source<ByteString, ?> text(String text) {
    return Source.single(ByteString.fromString(text));
  }
}
