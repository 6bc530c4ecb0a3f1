package demofusion.coordinator.job.record;

import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.model.ModelId;
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
public final class Backlog {
  private final Map<JobId, Job> jobs = new LinkedHashMap<>();
  private final Map<JobId, Job> unfinished = new LinkedHashMap<>();
  private final Map<OwnedKey, Job> byKey = new HashMap<>();

  private record OwnedKey(String owner, String key) {}

  /** What earlier coordinators left, in any order. */
  public void addAll(Collection<Job> found) {
    found.stream()
        .sorted(
            Comparator.comparing((Job job) -> job.record().submittedAt())
                .thenComparing(job -> job.id().value()))
        .forEach(this::add);
  }

  public void add(Job job) {
    jobs.put(job.id(), job);
    note(job);
    JobRecord.Key key = job.record().key();
    if (key != null) {
      byKey.put(new OwnedKey(job.record().owner(), key.value()), job);
    }
  }

  /** To be told whenever a job is over, or open again. */
  public void note(Job job) {
    if (job.isOver()) {
      unfinished.remove(job.id());
    } else {
      unfinished.put(job.id(), job);
    }
  }

  public void remove(JobId id) {
    unfinished.remove(id);
    Job job = jobs.remove(id);
    JobRecord.Key key = job == null ? null : job.record().key();
    if (job != null && key != null) {
      byKey.remove(new OwnedKey(job.record().owner(), key.value()), job);
    }
  }

  public @Nullable Job find(JobId id) {
    return jobs.get(id);
  }

  public Optional<Job> find(String owner, String key) {
    return Optional.ofNullable(byKey.get(new OwnedKey(owner, key)));
  }

  public boolean contains(JobId id) {
    return jobs.containsKey(id);
  }

  public Collection<Job> unfinished() {
    return Collections.unmodifiableCollection(unfinished.values());
  }

  public int unfinishedOf(String owner) {
    return (int)
        unfinished.values().stream().filter(job -> job.record().owner().equals(owner)).count();
  }

  public List<Job> finished() {
    return jobs.values().stream().filter(Job::isOver).toList();
  }

  /** How many jobs are in each state. */
  public Map<JobState, Integer> counts() {
    Map<JobState, Integer> counts = new EnumMap<>(JobState.class);
    jobs.values().forEach(job -> counts.merge(job.state(), 1, Integer::sum));
    return counts;
  }

  /** Of those that are queued, and not for their owners' next budgets; zero if none is. */
  public Duration longestWait(Instant now) {
    return unfinished.values().stream()
        .filter(job -> job.state() == JobState.QUEUED && !job.isOverBudget())
        .map(job -> job.waiting(now))
        .filter(wait -> !wait.isNegative())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Guided views that unfinished jobs still need, by their model. */
  public Map<ModelId, Double> tilesLeft() {
    Map<ModelId, Double> left = new HashMap<>();
    unfinished
        .values()
        .forEach(job -> left.merge(job.record().subject().model(), job.tilesLeft(), Double::sum));
    return left;
  }

  public List<JobView> newestFirst() {
    List<JobView> views = new ArrayList<>(jobs.size());
    jobs.values().forEach(job -> views.add(job.view()));
    Collections.reverse(views);
    return views;
  }
}
