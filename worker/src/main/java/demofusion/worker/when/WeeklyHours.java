package demofusion.worker.when;

import demofusion.protocol.DemofusionException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The hours of a week in which a card is the farm's, as the clock on the wall shows them: "mon-fri
 * 19:00-07:00, sat-sun". Hours over midnight belong to the day on which they begin. Where clocks
 * are set, the local time decides: an hour that is shown twice counts both times, one that is left
 * out counts not at all.
 */
public final class WeeklyHours {
  private static final int MINUTES_OF_DAY = 24 * 60;
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Pattern DAY_RANGE = Pattern.compile("([a-z]+)(?:-([a-z]+))?");
  private static final Pattern TIMES = Pattern.compile("(\\d{1,2}):(\\d{2})-(\\d{1,2}):(\\d{2})");

  /**
   * From the first minute of the day, to before the last; the last is before the first at night.
   */
  private record Part(Set<DayOfWeek> days, int from, int to) {
    boolean contains(LocalDateTime time) {
      int minute = time.getHour() * 60 + time.getMinute();
      DayOfWeek day = time.getDayOfWeek();
      if (from < to) {
        return days.contains(day) && from <= minute && minute < to;
      }
      return (days.contains(day) && from <= minute) || (days.contains(day.minus(1)) && minute < to);
    }
  }

  private final List<Part> parts;

  private WeeklyHours(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * @param text parts with commas between them, each of days ("mon", "fri-sun"), times
   *     ("19:00-07:00"), or both; days alone are whole ones, times alone are every day's
   * @throws DemofusionException (BAD_REQUEST) in one sentence, if it is not that
   */
  public static WeeklyHours parse(String text) {
    List<Part> parts = new ArrayList<>();
    for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      parts.add(part(part.strip(), text));
    }
    return new WeeklyHours(parts);
  }

  private static Part part(String part, String text) {
    String[] words = part.split("\\s+", -1);
    Matcher lastAsTimes = TIMES.matcher(words[words.length - 1]);
    boolean hasTimes = lastAsTimes.matches();
    if (part.isEmpty() || words.length > 2 || (words.length == 2 && !hasTimes)) {
      throw DemofusionException.badRequest(
          "'%s' in '%s' is not days and times; write it as \"mon-fri 19:00-07:00, sat-sun\""
              .formatted(part, text));
    }
    boolean hasDays = words.length == 2 || !hasTimes;
    Set<DayOfWeek> days = hasDays ? days(words[0], text) : EnumSet.allOf(DayOfWeek.class);
    if (!hasTimes) {
      return new Part(days, 0, MINUTES_OF_DAY);
    }
    int from = minute(lastAsTimes.group(1), lastAsTimes.group(2), text);
    int to = minute(lastAsTimes.group(3), lastAsTimes.group(4), text);
    if (from == to || from == MINUTES_OF_DAY) {
      throw DemofusionException.badRequest(
          "'%s' in '%s' has no minute in it; for whole days leave the times out"
              .formatted(words[words.length - 1], text));
    }
    return new Part(days, from, to);
  }

  private static Set<DayOfWeek> days(String word, String text) {
    Matcher range = DAY_RANGE.matcher(word);
    if (!range.matches()) {
      throw notDays(word, text);
    }
    DayOfWeek last = day(range.group(2) == null ? range.group(1) : range.group(2), text);
    Set<DayOfWeek> days = EnumSet.of(last);
    for (DayOfWeek day = day(range.group(1), text); day != last; day = day.plus(1)) {
      days.add(day);
    }
    return days;
  }

  private static DayOfWeek day(String word, String text) {
    int index = DAYS.indexOf(word);
    if (index < 0) {
      throw notDays(word, text);
    }
    return DayOfWeek.of(index + 1);
  }

  private static DemofusionException notDays(String word, String text) {
    return DemofusionException.badRequest(
        ("'%s' in '%s' is no day or times; days are mon, tue, wed, thu, fri, sat, sun, times"
                + " 19:00-07:00")
            .formatted(word, text));
  }

  private static int minute(String hour, String minute, String text) {
    int all = Integer.parseInt(hour) * 60 + Integer.parseInt(minute);
    if (all > MINUTES_OF_DAY || Integer.parseInt(minute) > 59) {
      throw DemofusionException.badRequest(
          "%s:%s in '%s' is no time of a day; the last is 24:00".formatted(hour, minute, text));
    }
    return all;
  }

  /** Whether the card is the farm's at this moment. */
  public boolean contains(Instant moment, ZoneId zone) {
    LocalDateTime time = LocalDateTime.ofInstant(moment, zone);
    return parts.stream().anyMatch(part -> part.contains(time));
  }

  /** When that changes next; empty if it never does. */
  public Optional<Instant> nextChange(Instant now, ZoneId zone) {
    boolean isNow = contains(now, zone);
    LocalDate today = LocalDate.ofInstant(now, zone);
    Stream<Instant> bounds =
        Stream.iterate(today, day -> day.plusDays(1))
            .limit(9) // a week, and a day for what clocks are set by
            .flatMap(day -> bounds(day, zone));
    Optional<Instant> clocksSet =
        Optional.ofNullable(zone.getRules().nextTransition(now))
            .map(ZoneOffsetTransition::getInstant);
    return Stream.concat(bounds, clocksSet.stream())
        .filter(moment -> moment.isAfter(now) && contains(moment, zone) != isNow)
        .min(Instant::compareTo);
  }

  private Stream<Instant> bounds(LocalDate day, ZoneId zone) {
    return parts.stream()
        .flatMap(part -> Stream.of(part.from(), part.to()))
        .map(minute -> day.atStartOfDay().plusMinutes(minute))
        .flatMap(time -> zone.getRules().getValidOffsets(time).stream().map(time::toInstant));
  }
}
