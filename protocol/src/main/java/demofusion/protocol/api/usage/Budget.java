package demofusion.protocol.api.usage;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a farm's devices somebody may use: {@code 40h/month} or {@code 2.5h/day}. An hour is
 * one of one device, of whatever kind; days and months are those of the calendar, in UTC.
 *
 * @param hours above 0
 */
public record Budget(BigDecimal hours, Period per) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,7}(?:\\.\\d{1,3})?)h/(day|month)", Pattern.CASE_INSENSITIVE);
  private static final double HOUR = 3600;

  /** After which it begins anew. */
  public enum Period {
    DAY,
    MONTH;

    /** The first day of the period that this day is in. */
    public LocalDate begin(LocalDate day) {
      return this == DAY ? day : day.withDayOfMonth(1);
    }

    /** The first day of the next one. */
    public LocalDate end(LocalDate day) {
      return this == DAY ? day.plusDays(1) : begin(day).plusMonths(1);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Budget {
    if (hours.signum() <= 0) {
      throw DemofusionException.badRequest(
          "a budget of %s hours must be above 0; take the token away to allow nothing"
              .formatted(hours.toPlainString()));
    }
  }

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  public static Budget parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "budget \"%s\" must be hours of a GPU per day or month, such as 40h/month or 2.5h/day"
              .formatted(Excerpt.of(text, 80)));
    }
    return new Budget(
        new BigDecimal(matcher.group(1)),
        Period.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)));
  }

  public double seconds() {
    return hours.doubleValue() * HOUR;
  }

  @Override
  public String toString() {
    return hours.toPlainString() + "h/" + per;
  }
}
