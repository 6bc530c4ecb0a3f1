package demofusion.coordinator.job;

import demofusion.coordinator.job.record.Job;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobEvent.Kind;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of which job. Progress is told so often at most; what happened in between is in the
 * next report. Whoever is gone, or was told that the job is over, is forgotten.
 */
final class Watchers {
  private final ActorContext<Jobs.Command> context;
  private final TimerScheduler<Jobs.Command> timers;
  private final Duration pace;
  private final Map<JobId, Set<ActorRef<JobEvent>>> watchers = new HashMap<>();
  private final Map<ActorRef<JobEvent>, Integer> watched = new HashMap<>();
  private final Map<JobId, Job> withNews = new LinkedHashMap<>();
  private final Set<ActorRef<JobView>> forFinished = new LinkedHashSet<>();

  Watchers(ActorContext<Jobs.Command> context, TimerScheduler<Jobs.Command> timers, Duration pace) {
    this.context = context;
    this.timers = timers;
    this.pace = pace;
  }

  void add(Job job, ActorRef<JobEvent> watcher) {
    watcher.tell(event(Kind.STATE, job, null, null));
    if (!job.isOver()
        && watchers.computeIfAbsent(job.id(), id -> new LinkedHashSet<>()).add(watcher)
        && watched.merge(watcher, 1, Integer::sum) == 1) {
      context.watchWith(watcher, new Jobs.WatcherGone(watcher));
    }
  }

  /** For as long as the keeper lives. */
  void addForFinished(ActorRef<JobView> subscriber) {
    forFinished.add(subscriber);
  }

  void remove(JobId job, ActorRef<JobEvent> watcher) {
    Set<ActorRef<JobEvent>> ofJob = watchers.get(job);
    if (ofJob != null && ofJob.remove(watcher)) {
      release(watcher);
      if (ofJob.isEmpty()) {
        watchers.remove(job);
      }
    }
  }

  private void release(ActorRef<JobEvent> watcher) {
    if (watched.merge(watcher, -1, Integer::sum) <= 0) {
      watched.remove(watcher);
      context.unwatch(watcher);
    }
  }

  void gone(ActorRef<JobEvent> watcher) {
    watched.remove(watcher);
    watchers.values().forEach(ofJob -> ofJob.remove(watcher));
    watchers.values().removeIf(Set::isEmpty);
  }

  /** The job's state is another. */
  void state(Job job) {
    withNews.remove(job.id());
    tell(event(Kind.STATE, job, null, null));
    if (job.state() == JobState.DONE) {
      forFinished.forEach(subscriber -> subscriber.tell(job.view()));
    }
    if (job.isOver()) {
      Set<ActorRef<JobEvent>> ofJob = watchers.remove(job.id());
      if (ofJob != null) {
        ofJob.forEach(this::release);
      }
    }
  }

  /** The job has come further. */
  void progress(Job job) {
    if (watchers.containsKey(job.id())) {
      if (withNews.isEmpty()) {
        timers.startSingleTimer(new Jobs.ProgressDue(), pace);
      }
      withNews.put(job.id(), job);
    }
  }

  void onProgressDue() {
    withNews.values().forEach(job -> tell(event(Kind.PROGRESS, job, null, null)));
    withNews.clear();
  }

  void preview(Job job, int phase) {
    tell(event(Kind.PREVIEW, job, phase, null));
  }

  void warning(Job job, String sentence) {
    tell(event(Kind.WARNING, job, null, sentence));
  }

  int count() {
    return watched.size();
  }

  private void tell(JobEvent event) {
    Set<ActorRef<JobEvent>> ofJob = watchers.get(event.job().id());
    if (ofJob != null) {
      ofJob.forEach(watcher -> watcher.tell(event));
    }
  }

  private static JobEvent event(
      Kind kind, Job job, @Nullable Integer phase, @Nullable String sentence) {
    return new JobEvent(kind, job.view(), phase, sentence);
  }
}
