package demofusion.coordinator.usage;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of the accounts has to be known at once: how much people used on the last days, and how long
 * the farm takes for a view. In memory alone, so that asking waits for no disk; for any thread.
 *
 * <p>Useful time counts, and what was lost. What was drawn twice, late or to check others, does
 * not: that is how the farm sees to it that pictures get done. An answer counts on the day on which
 * it came, in the accounts on that of the checkpoint that holds it.
 */
public final class Spending {
  /** Longer than any period of a budget. */
  private static final int DAYS = 40;

  /** Guided views after which older ones count half. */
  private static final double MEMORY = 50_000;

  private static final double NANOS = 1e9;

  private static final class Pace {
    double seconds;
    double views;

    void add(double moreSeconds, double moreViews) {
      seconds += moreSeconds;
      views += moreViews;
      if (views > MEMORY) {
        seconds /= 2;
        views /= 2;
      }
    }
  }

  private final Map<String, TreeMap<LocalDate, Long>> nanosOf = new HashMap<>();
  private final Map<String, Pace> paces = new HashMap<>();
  private final Pace all = new Pace();

  synchronized void spent(String who, LocalDate day, long nanos) {
    TreeMap<LocalDate, Long> days = nanosOf.computeIfAbsent(who, any -> new TreeMap<>());
    days.merge(day, nanos, Long::sum);
    days.headMap(day.minusDays(DAYS)).clear();
  }

  /**
   * @param views guided views that UNets evaluated in that time
   */
  synchronized void drawn(String model, long nanos, double views) {
    paces.computeIfAbsent(model, any -> new Pace()).add(nanos / NANOS, views);
    all.add(nanos / NANOS, views);
  }

  /** What an account says. */
  void add(UsageEntry entry, LocalDate day) {
    long useful = 0;
    long lost = 0;
    for (UsageEntry.Nanos nanos : entry.devices().values()) {
      useful += nanos.useful();
      lost += nanos.lost();
    }
    spent(entry.who(), day, useful + lost);
    drawn(entry.model(), useful, entry.forwards());
  }

  /** Seconds of devices that somebody used from that day on, in UTC; at most some 40 days ago. */
  public synchronized double seconds(String who, LocalDate since) {
    TreeMap<LocalDate, Long> days = nanosOf.get(who);
    return days == null
        ? 0
        : days.tailMap(since).values().stream().mapToLong(nanos -> nanos).sum() / NANOS;
  }

  /**
   * Seconds of a device for a guided view of a model, with all that comes with it (decoding too),
   * as it was lately; for a model that was never drawn with, as for all others together; 0 where
   * nothing was drawn yet.
   */
  public synchronized double secondsOfView(String model) {
    Pace known = paces.get(model);
    Pace pace = known == null || known.views == 0 ? all : known;
    return pace.views == 0 ? 0 : pace.seconds / pace.views;
  }
}
