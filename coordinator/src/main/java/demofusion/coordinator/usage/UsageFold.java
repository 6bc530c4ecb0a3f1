package demofusion.coordinator.usage;

import java.time.LocalDate;
import java.util.List;

/**
 * A line of a month's file: what a journal held. One line, so that it is there whole or not at all.
 *
 * @param journal its number
 * @param day in UTC
 */
record UsageFold(long journal, LocalDate day, List<UsageEntry> entries) {
  UsageFold {
    entries = List.copyOf(entries);
  }
}
