package demofusion.coordinator.metrics;

import io.prometheus.client.Counter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counters that have a worker's name on them. All of a worker's begin at zero when it comes, so
 * that its first failure is an increase; they stay for {@link #KEPT} after it left, so that a
 * restart does not look like a new worker, and are removed then.
 */
final class WorkerPoolSeries {
  static final Duration KEPT = Duration.ofHours(1);

  /** Names may be made up anew with each start of a worker. */
  static final int MOST_ABSENT = 200;

  /** On whose account comes what cannot be laid to a worker that is known. */
  static final String GONE = "gone";

  /** One thing, counted in batches and in tiles. */
  record Pair(Counter batches, Counter tiles) {}

  /** Labels: worker, kind; batches that failed also have a code, those done again a reason. */
  record Counters(
      Pair done,
      Pair failed,
      Pair retried,
      Pair speculated,
      Pair late,
      Audits audits,
      Counter deviceSeconds,
      Counter wireSeconds) {}

  /**
   * What workers draw beside what counts, to be compared with that. Labels: worker and kind; lies
   * only the worker.
   */
  record Audits(Pair drawn, Counter deviceSeconds, Counter lies) {}

  private final Counters counters;
  private final Clock clock;
  private final Map<String, PerWorkerSeries> series = new ConcurrentHashMap<>();
  private final Map<String, Integer> present = new LinkedHashMap<>();
  private final Map<String, Instant> absentSince = new LinkedHashMap<>(); // the longest gone first

  WorkerPoolSeries(Counters counters, Clock clock) {
    this.counters = counters;
    this.clock = clock;
    series.put(GONE, new PerWorkerSeries(counters, GONE));
  }

  synchronized void came(String worker) {
    present.merge(worker, 1, Integer::sum);
    absentSince.remove(worker);
    series.computeIfAbsent(worker, name -> new PerWorkerSeries(counters, name));
  }

  synchronized void went(String worker) {
    if (present.computeIfPresent(worker, (name, count) -> count > 1 ? count - 1 : null) == null
        && series.containsKey(worker)) {
      absentSince.put(worker, clock.instant());
    }
    forgetThoseLongGone();
  }

  synchronized void forgetThoseLongGone() {
    Instant now = clock.instant();
    for (String worker : List.copyOf(absentSince.keySet())) {
      Instant since = absentSince.get(worker);
      boolean isLongGone = since != null && !now.isBefore(since.plus(KEPT));
      if (!isLongGone && absentSince.size() <= MOST_ABSENT) {
        return;
      }
      absentSince.remove(worker);
      PerWorkerSeries gone = series.remove(worker);
      if (gone != null) {
        gone.remove();
      }
    }
  }

  PerWorkerSeries of(String worker) {
    PerWorkerSeries known = series.get(worker);
    return known == null
        ? series.computeIfAbsent(GONE, name -> new PerWorkerSeries(counters, name))
        : known;
  }
}
