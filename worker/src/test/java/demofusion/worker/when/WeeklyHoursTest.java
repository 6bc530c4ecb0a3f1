package demofusion.worker.when;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In Berlin in 2026: clocks go forward on Sunday, March 29 and back on Sunday, October 25. */
class WeeklyHoursTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final WeeklyHours NIGHTS = WeeklyHours.parse("mon-fri 19:00-07:00, Sat-Sun");

  @ParameterizedTest
  @CsvSource({
    "2026-11-30T18:59, false", // a Monday
    "2026-11-30T19:00, true",
    "2026-12-01T06:59, true",
    "2026-12-01T07:00, false",
    "2026-11-30T06:59, false", // Sunday has no night of its own
    "2026-12-05T06:59, true", // Friday's night, and Saturday
    "2026-12-05T07:00, true",
    "2026-12-06T23:59, true",
    "2026-12-07T00:00, false"
  })
  void countsANightToTheDayOnWhichItBegins(String local, boolean inside) {
    assertThat(NIGHTS.contains(berlin(local), BERLIN)).isEqualTo(inside);
  }

  @Test
  void takesTimesAloneAsEveryDays_andDaysOverTheEndOfTheWeek() {
    assertThat(WeeklyHours.parse("8:00-24:00").contains(berlin("2026-12-06T23:59"), BERLIN))
        .isTrue();
    assertThat(WeeklyHours.parse("8:00-24:00").contains(berlin("2026-12-06T07:59"), BERLIN))
        .isFalse();
    assertThat(WeeklyHours.parse("sat-mon").contains(berlin("2026-11-30T12:00"), BERLIN)).isTrue();
    assertThat(WeeklyHours.parse("sat-mon").contains(berlin("2026-12-01T12:00"), BERLIN)).isFalse();
  }

  @Test
  void saysWhenItChangesNext() {
    assertThat(NIGHTS.nextChange(berlin("2026-11-30T12:00"), BERLIN))
        .contains(berlin("2026-11-30T19:00"));
    assertThat(NIGHTS.nextChange(berlin("2026-12-04T20:00"), BERLIN))
        .contains(berlin("2026-12-07T00:00"));
    assertThat(WeeklyHours.parse("mon-sun").nextChange(berlin("2026-11-30T12:00"), BERLIN))
        .isEmpty();
  }

  @Test
  void followsTheClockOnTheWall_whenClocksAreSet() {
    WeeklyHours hours = WeeklyHours.parse("sun 02:30-03:30");

    // Forward: 02:30 is never shown, the clock goes from 02:00 to 03:00.
    assertThat(hours.nextChange(berlin("2026-03-29T01:00"), BERLIN))
        .contains(Instant.parse("2026-03-29T01:00:00Z"));
    // Back: 02:30 is shown twice; at 03:00 summer time it is 02:00 again, outside.
    assertThat(hours.nextChange(Instant.parse("2026-10-25T00:31:00Z"), BERLIN))
        .contains(Instant.parse("2026-10-25T01:00:00Z"));
    assertThat(hours.nextChange(Instant.parse("2026-10-25T01:00:00Z"), BERLIN))
        .contains(Instant.parse("2026-10-25T01:30:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mon-fri,",
        "weekdays",
        "mon 25:00-26:00",
        "mon 19:60-20:00",
        "19:00-19:00",
        "mon 19:00",
        "mon tue 19:00-20:00",
        "24:00-07:00",
        "mon-funday"
      })
  void refusesWhatIsNoHours_inASentence(String text) {
    assertThatThrownBy(() -> WeeklyHours.parse(text))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("'" + text + "'");
  }

  private static Instant berlin(String local) {
    return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
  }
}
