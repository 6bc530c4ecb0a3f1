package demofusion.deploy.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a stream of events (the HTML standard's text/event-stream) as it comes. */
final class ServerSentEvents {
  private static final int LONGEST_LINE = 16 << 20;

  private final InputStream in;
  private boolean afterCarriageReturn;

  ServerSentEvents(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /**
   * One event.
   *
   * @param name "message" where the stream gives none
   */
  record Event(String name, String data) {}

  /**
   * The next event that has data: one without is a sign of life. Null at the end of the stream,
   * where half an event is none.
   */
  @Nullable Event next() throws IOException {
    String name = "";
    StringBuilder data = new StringBuilder();
    boolean hasData = false;
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          return new Event(name.isEmpty() ? "message" : name, data.toString());
        }
        name = "";
        hasData = false;
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      if (value.startsWith(" ")) {
        value = value.substring(1);
      }
      if (field.equals("event")) {
        name = value;
      } else if (field.equals("data")) {
        data.append(hasData ? "\n" : "").append(value);
        hasData = true;
      } // comments are signs of life too; id and retry are not used by our API
    }
    return null;
  }

  /** Up to a line feed, a carriage return, or both; null where the stream ends before. */
  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      boolean secondHalf = afterCarriageReturn && next == '\n';
      afterCarriageReturn = next == '\r';
      if (secondHalf) {
        continue;
      }
      if (next == '\n' || next == '\r') {
        return line.toString(StandardCharsets.UTF_8);
      }
      if (line.size() == LONGEST_LINE) {
        throw new IOException("an event is longer than " + LONGEST_LINE + " bytes");
      }
      line.write(next);
    }
    return null;
  }
}
