package demofusion.deploy.terminal;

import java.time.Duration;
import java.util.Locale;

/** Times and rates as people read them. */
public final class Durations {
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;
  private static final int DAY = 24 * HOUR;

  private Durations() {}

  /** 0:07, 12:40, 3:05:09. */
  public static String clock(double seconds) {
    long whole = Math.round(Math.max(0, seconds));
    return whole < HOUR
        ? String.format(Locale.ROOT, "%d:%02d", whole / MINUTE, whole % MINUTE)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", whole / HOUR, whole % HOUR / MINUTE, whole % MINUTE);
  }

  /** 0.4 s, 12 s, 12 min 40 s, 3 h 5 min. */
  public static String words(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (whole < MINUTE) {
      return whole + " s";
    }
    if (whole < HOUR) {
      return whole / MINUTE + " min " + whole % MINUTE + " s";
    }
    return whole / HOUR + " h " + whole % HOUR / MINUTE + " min";
  }

  /** Two or three digits that matter: 0.021, 1.4, 37. */
  static String rate(double perSecond) {
    if (perSecond >= 10) {
      return String.format(Locale.ROOT, "%.0f", perSecond);
    }
    return String.format(Locale.ROOT, perSecond >= 1 ? "%.1f" : "%.2g", perSecond);
  }

  /** A span that somebody chose: 30 s, 5 min, 12 h, 30 days. */
  public static String span(Duration span) {
    long seconds = span.toSeconds();
    if (seconds >= 2 * DAY && seconds % DAY == 0) {
      return seconds / DAY + " days";
    }
    if (seconds >= HOUR && seconds % HOUR == 0) {
      return seconds / HOUR + " h";
    }
    return seconds >= MINUTE && seconds % MINUTE == 0 ? seconds / MINUTE + " min" : seconds + " s";
  }
}
