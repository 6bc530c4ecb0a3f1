package demofusion.coordinator.http.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.file.Resources;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.EntityTag;

/**
 * The page's files, out of the class path and into memory when the server starts: some hundred
 * kilobytes. A name that is not in {@code files.txt} is no file, whatever it looks like.
 */
final class PageFiles {
  static final String FOLDER = "/demofusion/web/";

  /** The names of all others, one a line. */
  static final String LIST = "files.txt";

  /** Made of the table of fields. */
  static final String FORM = "form.json";

  /** What is served, and how it is told from a later version. */
  record PageFile(byte[] bytes, ContentType type, EntityTag tag) {}

  private final Map<String, PageFile> files = new HashMap<>();

  PageFiles() {
    for (String name :
        new String(Resources.read(PageFiles.class, FOLDER + LIST), StandardCharsets.UTF_8)
            .lines()
            .toList()) {
      put(name, Resources.read(PageFiles.class, FOLDER + name));
    }
    put(FORM, form());
  }

  private void put(String name, byte[] bytes) {
    files.put(name, new PageFile(bytes, type(name), tag(bytes)));
  }

  private static byte[] form() {
    try {
      return ApiJson.lenient().writeValueAsBytes(PageForm.ofAllFields());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the form is no JSON", e);
    }
  }

  Optional<PageFile> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  List<String> names() {
    return List.copyOf(files.keySet());
  }

  private static ContentType type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> ContentTypes.TEXT_HTML_UTF8;
      case "css" -> MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
      case "js" -> MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8);
      case "svg" -> MediaTypes.IMAGE_SVG_XML.toContentType();
      case "json" -> ContentTypes.APPLICATION_JSON;
      case "txt" -> ContentTypes.TEXT_PLAIN_UTF8;
      default -> throw new IllegalStateException("no content type for " + name + " is");
    };
  }

  private static EntityTag tag(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return EntityTag.create(
        Integer.toHexString(bytes.length) + "-" + Long.toHexString(checksum.getValue()), false);
  }
}
