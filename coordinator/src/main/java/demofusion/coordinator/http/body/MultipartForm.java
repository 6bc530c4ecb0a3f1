package demofusion.coordinator.http.body;

import demofusion.protocol.Excerpt;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.util.ByteString;

/**
 * A body of {@code multipart/form-data} (RFC 7578), as browsers and HTTP clients write it. Names
 * and texts are UTF-8.
 */
public record MultipartForm(List<Part> parts) {
  private static final int MOST_PARTS = 200;
  private static final int LONGEST_HEAD = 8 << 10;
  private static final byte[] LINE = {'\r', '\n'};
  private static final byte[] EMPTY_LINE = {'\r', '\n', '\r', '\n'};
  private static final byte[] DASHES = {'-', '-'};
  private static final Pattern DISPOSITION =
      Pattern.compile("(?im)^content-disposition:\\s*form-data\\b(.*)$");

  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([\\w*-]+)=(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^;\\s\"]*))");

  public MultipartForm {
    parts = List.copyOf(parts);
  }

  /**
   * A field or a file.
   *
   * @param isFile whether it has a file's name
   */
  public record Part(String name, boolean isFile, byte[] bytes) {
    public String text() {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        throw malformed("its field \"" + Excerpt.of(name, 40) + "\" is not UTF-8");
      }
    }
  }

  /** Where to read in a body. */
  private static final class Reader {
    private final byte[] body;
    private int at;

    Reader(byte[] body) {
      this.body = body;
    }

    boolean skip(byte[] bytes) {
      int end = at + bytes.length;
      boolean isThere = end <= body.length && Arrays.equals(body, at, end, bytes, 0, bytes.length);
      at = isThere ? end : at;
      return isThere;
    }

    /** All up to these bytes, behind which it goes on. */
    byte[] until(byte[] bytes, int most) {
      int last = (int) Math.min(body.length - bytes.length, (long) at + most);
      for (int n = at; n <= last; n++) {
        if (body[n] == bytes[0]
            && Arrays.equals(body, n, n + bytes.length, bytes, 0, bytes.length)) {
          byte[] found = Arrays.copyOfRange(body, at, n);
          at = n + bytes.length;
          return found;
        }
      }
      throw malformed("it is cut off, or a part's head is too long");
    }
  }

  static MultipartForm parse(ByteString bytes, String boundary) {
    if (boundary.isEmpty()) {
      throw malformed("its Content-Type names no boundary");
    }
    byte[] delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    byte[] end = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    Reader reader = new Reader(bytes.toArrayUnsafe());
    if (!reader.skip(delimiter)) {
      reader.until(end, LONGEST_HEAD);
    }
    List<Part> parts = new ArrayList<>();
    while (!reader.skip(DASHES)) {
      if (parts.size() == MOST_PARTS) {
        throw malformed("it has more than " + MOST_PARTS + " parts");
      }
      reader.until(LINE, LONGEST_HEAD);
      // A part without a head has its empty line at once.
      String head =
          reader.skip(LINE)
              ? ""
              : new String(reader.until(EMPTY_LINE, LONGEST_HEAD), StandardCharsets.UTF_8);
      Map<String, String> parameters = parameters(head);
      boolean isFile = parameters.containsKey("filename") || parameters.containsKey("filename*");
      parts.add(
          new Part(
              parameters.getOrDefault("name", ""), isFile, reader.until(end, Integer.MAX_VALUE)));
    }
    return new MultipartForm(parts);
  }

  private static Map<String, String> parameters(String head) {
    Matcher disposition = DISPOSITION.matcher(head);
    if (!disposition.find()) {
      throw malformed("a part has no Content-Disposition: form-data");
    }
    Map<String, String> parameters = new HashMap<>();
    Matcher each = PARAMETER.matcher(disposition.group(1));
    while (each.find()) {
      String quoted = each.group(2);
      // Browsers escape a quote in a name so, others with a backslash.
      String value = quoted == null ? each.group(3) : quoted.replaceAll("\\\\([\"\\\\])", "$1");
      parameters.putIfAbsent(each.group(1).toLowerCase(Locale.ROOT), value.replace("%22", "\""));
    }
    return parameters;
  }

  private static ApiException malformed(String why) {
    return ApiException.badRequest(
        "the body cannot be read as " + MediaTypes.MULTIPART_FORM_DATA + ": " + why);
  }
}
