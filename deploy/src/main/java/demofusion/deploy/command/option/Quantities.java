package demofusion.deploy.command.option;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and sizes as people write them: 30d, 90m, 100G. */
public final class Quantities {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("(\\d{1,12})\\s*([a-z]*)", Pattern.CASE_INSENSITIVE);

  private static final Map<String, Duration> TIMES =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7));

  private static final Map<String, Integer> BINARY_POWERS =
      Map.of("", 0, "b", 0, "k", 10, "m", 20, "g", 30, "t", 40);

  private Quantities() {}

  /** Reads {@code 30d}; units are s, m, h, d and w. */
  static Duration duration(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (matcher.matches()) {
      Duration unit = TIMES.get(matcher.group(2).toLowerCase(Locale.ROOT));
      long number = Long.parseLong(matcher.group(1));
      if (unit != null && number <= Long.MAX_VALUE / 1000 / unit.toSeconds()) {
        return unit.multipliedBy(number);
      }
    }
    throw DemofusionException.badRequest(
        "time \"" + text + "\" must be a number followed by s, m, h, d or w, for example 30d");
  }

  /**
   * Reads when something began: {@code 7d} ago, a day of this machine's calendar, or an instant.
   *
   * @param clock whose now and time zone count
   */
  public static Instant instant(String text, Clock clock) {
    String plain = text.strip();
    try {
      if (plain.contains("T")) {
        return Instant.parse(plain);
      }
      return plain.contains("-")
          ? LocalDate.parse(plain).atStartOfDay(clock.getZone()).toInstant()
          : clock.instant().minus(duration(plain));
    } catch (DateTimeException | DemofusionException e) {
      throw DemofusionException.badRequest(
          "time \"%s\" must be like 7d (ago), 2026-11-30 or 2026-11-30T08:00:00Z"
              .formatted(Excerpt.printable(text, 60)));
    }
  }

  /** Reads {@code 100G}; units are K, M, G and T, powers of 1024. */
  public static long bytes(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (matcher.matches()) {
      String unit = matcher.group(2).toLowerCase(Locale.ROOT).replaceAll("(?<=[kmgt])i?b$", "");
      Integer power = BINARY_POWERS.get(unit);
      long number = Long.parseLong(matcher.group(1));
      if (power != null && number <= Long.MAX_VALUE >> power) {
        return number << power;
      }
    }
    throw DemofusionException.badRequest(
        "size \""
            + text
            + "\" must be a number of bytes, optionally followed by K, M, G or T, for"
            + " example 100G");
  }
}
