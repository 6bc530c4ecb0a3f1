package demofusion.coordinator.job.settle;

import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.Notification;
import demofusion.protocol.api.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which finished jobs go by which rule: the oldest first, until all rules are kept. A job that
 * somebody is still to be told of stays.
 */
final class PrunePlan {
  private PrunePlan() {}

  /** The jobs to remove, the oldest first. */
  static List<Job> of(List<Job> jobs, Retention retention, Instant now) {
    List<Job> newestFirst =
        jobs.stream()
            .filter(Job::isOver)
            .sorted(
                Comparator.comparing(Job::endedAt)
                    .thenComparing(job -> job.id().value())
                    .reversed())
            .toList();
    List<Job> going = new ArrayList<>();
    int count = 0;
    long bytes = 0;
    for (Job job : newestFirst) {
      boolean staysByRules =
          isYoung(job, retention.age(), now)
              && (retention.count() == null || count < retention.count())
              && (retention.bytes() == null || bytes + job.bytes() <= retention.bytes());
      if (staysByRules || job.record().notices().stream().anyMatch(Notification::isPending)) {
        count++;
        bytes += job.bytes();
      } else {
        going.add(0, job);
      }
    }
    return going;
  }

  private static boolean isYoung(Job job, @Nullable Duration age, Instant now) {
    return age == null || Duration.between(job.endedAt(), now).compareTo(age) <= 0;
  }
}
