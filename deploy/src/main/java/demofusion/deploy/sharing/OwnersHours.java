package demofusion.deploy.sharing;

import demofusion.worker.when.WeeklyHours;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The card is the farm's at some hours of the week.
 *
 * @param text the hours as they were written
 */
record OwnersHours(WeeklyHours hours, String text, ZoneId zone) implements CardOwner {
  @Override
  public Optional<String> wants(Instant now) {
    if (hours.contains(now, zone)) {
      return Optional.empty();
    }
    String next =
        hours
            .nextChange(now, zone)
            .map(from -> " (next from " + from.atZone(zone).truncatedTo(ChronoUnit.MINUTES) + ")")
            .orElse("");
    return Optional.of("it is not the farm's time, " + text + next);
  }
}
