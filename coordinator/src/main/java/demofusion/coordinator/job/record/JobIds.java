package demofusion.coordinator.job.record;

import demofusion.protocol.JobId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Names new jobs: by the second, for people and for sorting, and four random digits. No picture
 * depends on its job's name.
 */
public final class JobIds {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private static final int SUFFIXES = 1 << 16;

  private final Clock clock;
  private final RandomGenerator random;
  private Instant last = Instant.EPOCH;

  /** A name and the moment that is in it. */
  public record Name(JobId id, Instant submittedAt) {}

  public JobIds(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Later than every name before, even if the clock was set back.
   *
   * @param isTaken whether there is a job of that name
   */
  public Name next(Predicate<JobId> isTaken) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    while (true) {
      for (int tries = 0; tries < SUFFIXES; tries++) {
        JobId id = new JobId("%s-%04x".formatted(SECOND.format(last), random.nextInt(SUFFIXES)));
        if (!isTaken.test(id)) {
          return new Name(id, last);
        }
      }
      last = last.plus(Duration.ofSeconds(1)); // so many in one second
    }
  }
}
