package demofusion.coordinator.http.files;

import demofusion.coordinator.http.body.ApiException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * Where an answer goes on: one range with a beginning (RFC 9110, section 14). Pekko's own ranges
 * read a file from its first byte, which is not the way to the last gigabyte of seven. What is
 * asked for otherwise may be answered as a whole.
 *
 * @param from the first byte
 * @param to the last byte
 */
record ByteRange(long from, long to) {
  private static final Pattern RANGE = Pattern.compile("bytes\\s*=\\s*(\\d{1,18})-(\\d{0,18})");

  /**
   * @param bytes of the file
   * @param tag of the file: who has the beginning of another begins anew
   * @return empty: the whole file
   * @throws ApiException 416 if it lies behind the file's end
   */
  static Optional<ByteRange> of(HttpRequest request, long bytes, String tag) {
    Matcher range = RANGE.matcher(header(request, "Range"));
    String of = header(request, "If-Range");
    if (!range.matches() || !(of.isEmpty() || of.equals(tag))) {
      return Optional.empty();
    }
    long from = Long.parseLong(range.group(1));
    long to = range.group(2).isEmpty() ? bytes - 1 : Long.parseLong(range.group(2));
    if (to < from && !range.group(2).isEmpty()) {
      return Optional.empty(); // no range at all
    }
    if (from >= bytes) {
      throw ApiException.with(
          StatusCodes.RANGE_NOT_SATISFIABLE,
          "the file has " + bytes + " bytes, none of which are in the requested range");
    }
    return Optional.of(new ByteRange(from, Math.min(to, bytes - 1)));
  }

  private static String header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value).orElse("").strip();
  }

  long length() {
    return to - from + 1;
  }

  String contentRange(long bytes) {
    return "bytes " + from + "-" + to + "/" + bytes;
  }
}
