package demofusion.coordinator.job;

import demofusion.protocol.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All jobs that there are, in the order in which they were submitted. */
final class Backlog {
  private final Map<JobId, Job> jobs = new LinkedHashMap<>();
  private final Map<JobId, Job> unfinished = new LinkedHashMap<>();
  private final Map<OwnedKey, Job> byKey = new HashMap<>();

  private record OwnedKey(String owner, String key) {}

  /** What earlier coordinators left, in any order. */
  void addAll(Collection<Job> found) {
    found.stream()
        .sorted(
            Comparator.comparing((Job job) -> job.record().submittedAt())
                .thenComparing(job -> job.record().id()))
        .forEach(this::add);
  }

  void add(Job job) {
    jobs.put(job.id(), job);
    note(job);
    JobRecord.Key key = job.record().key();
    if (key != null) {
      byKey.put(new OwnedKey(job.record().owner(), key.value()), job);
    }
  }

  /** To be told whenever a job is over, or open again. */
  void note(Job job) {
    if (job.isOver()) {
      unfinished.remove(job.id());
    } else {
      unfinished.put(job.id(), job);
    }
  }

  void remove(JobId id) {
    unfinished.remove(id);
    Job job = jobs.remove(id);
    JobRecord.Key key = job == null ? null : job.record().key();
    if (job != null && key != null) {
      byKey.remove(new OwnedKey(job.record().owner(), key.value()), job);
    }
  }

  @Nullable Job find(JobId id) {
    return jobs.get(id);
  }

  Optional<Job> find(String owner, String key) {
    return Optional.ofNullable(byKey.get(new OwnedKey(owner, key)));
  }

  boolean contains(JobId id) {
    return jobs.containsKey(id);
  }

  Collection<Job> unfinished() {
    return Collections.unmodifiableCollection(unfinished.values());
  }

  int unfinishedOf(String owner) {
    return (int)
        unfinished.values().stream().filter(job -> job.record().owner().equals(owner)).count();
  }

  List<Job> finished() {
    return jobs.values().stream().filter(Job::isOver).toList();
  }

  Jobs.Counts counts(Instant now) {
    Map<JobState, Integer> counts = new EnumMap<>(JobState.class);
    Duration longest = Duration.ZERO;
    for (Job job : jobs.values()) {
      counts.merge(job.state(), 1, Integer::sum);
      if (job.state() == JobState.QUEUED && job.waiting(now).compareTo(longest) > 0) {
        longest = job.waiting(now);
      }
    }
    return new Jobs.Counts(counts, longest);
  }

  List<JobView> newestFirst() {
    List<JobView> views = new ArrayList<>(jobs.size());
    jobs.values().forEach(job -> views.add(job.view()));
    Collections.reverse(views);
    return views;
  }
}
