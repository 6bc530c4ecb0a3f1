package demofusion.deploy.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a line of the log. Our own lines are written as {@code event=worker-lost worker={}
 * reason="{}"}: the names are read from that pattern and the values are the arguments, so that
 * nothing in a value can look like another field.
 */
final class LogFields {
  private static final Pattern FIELD =
      Pattern.compile("([a-z][a-z0-9-]*)=(\"\\{}\"|\\{}|[^\\s\"{}=]+)(?:\\s|$)");
  private static final Pattern PLAIN = Pattern.compile("[^\\s\"=\\p{Cntrl}]+");

  /** One of them. */
  record Field(String name, String value) {
    /** As {@code name=value}, the value between quotes where it has to be. */
    @Override
    public String toString() {
      return name + "=" + (PLAIN.matcher(value).matches() ? value : quoted(value));
    }
  }

  private LogFields() {}

  /**
   * @param pattern of the line, as it stands in the program
   * @return empty if it is no event of ours
   */
  static Optional<List<Field>> of(String pattern, @Nullable Object @Nullable [] arguments) {
    if (!pattern.startsWith("event=")) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>();
    Matcher matcher = FIELD.matcher(pattern);
    int end = 0;
    int next = 0;
    while (end < pattern.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        return Optional.empty();
      }
      boolean isArgument = matcher.group(2).contains("{}");
      boolean isThere = arguments != null && next < arguments.length;
      if (isArgument && !isThere) {
        return Optional.empty();
      }
      String value =
          isArgument && arguments != null ? String.valueOf(arguments[next++]) : matcher.group(2);
      fields.add(new Field(matcher.group(1), value));
      end = matcher.end();
    }
    return Optional.of(fields);
  }

  /** Between quotes, as in JSON, on one line. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int n = 0; n < text.length(); n++) {
      char character = text.charAt(n);
      switch (character) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          boolean isUnsafe =
              character < ' '
                  || character == '\u007f'
                  || character == '\u2028'
                  || character == '\u2029'
                  || (Character.isSurrogate(character) && isAlone(text, n));
          if (isUnsafe) {
            quoted.append(String.format("\\u%04x", (int) character));
          } else {
            quoted.append(character);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Half a character, which UTF-8 does not have. */
  private static boolean isAlone(String text, int n) {
    return Character.isHighSurrogate(text.charAt(n))
        ? n + 1 == text.length() || !Character.isLowSurrogate(text.charAt(n + 1))
        : n == 0 || !Character.isHighSurrogate(text.charAt(n - 1));
  }
}
