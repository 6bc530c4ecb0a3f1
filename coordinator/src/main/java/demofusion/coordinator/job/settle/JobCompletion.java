package demofusion.coordinator.job.settle;

import demofusion.coordinator.job.record.Backlog;
import demofusion.coordinator.job.record.FolderReader;
import demofusion.coordinator.job.record.FolderTasks;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.job.record.JobRecord.Outcome;
import demofusion.coordinator.job.record.Notification;
import demofusion.coordinator.job.record.Notification.Channel;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends jobs and takes them up again. How a job ended is in its folder before anybody is told of it;
 * where the folder cannot be written, it is told all the same and written when that is possible.
 */
public final class JobCompletion {
  private static final Logger LOG = LoggerFactory.getLogger(JobCompletion.class);

  private final DataFolder data;
  private final Backlog backlog;
  private final FolderTasks<Settlement> tasks;
  private final NotifySettings settings;
  private final Clock clock;
  private final ActorRef<CompletionNotifier.Command> notifier;
  private final Set<JobId> changing = new HashSet<>();
  private final Set<JobId> unsaved = new HashSet<>();

  public JobCompletion(
      DataFolder data,
      Backlog backlog,
      FolderTasks<Settlement> tasks,
      NotifySettings settings,
      Clock clock,
      ActorRef<CompletionNotifier.Command> notifier) {
    this.data = data;
    this.backlog = backlog;
    this.tasks = tasks;
    this.settings = settings;
    this.clock = clock;
    this.notifier = notifier;
  }

  /** Whether a job is being ended, resumed or removed at the moment. */
  public boolean isChanging(JobId job) {
    return changing.contains(job);
  }

  /** For what changes a job elsewhere. */
  void changing(JobId job, boolean isSo) {
    if (isSo) {
      changing.add(job);
    } else {
      changing.remove(job);
    }
  }

  /**
   * @param outcome found out on a file thread
   */
  public void end(Job job, Supplier<Outcome> outcome) {
    JobRecord before = job.record();
    JobId id = job.id();
    changing.add(id);
    Instant now = clock.instant();
    tasks.inTurn(
        id,
        "the job's end could not be written",
        () -> end(before, outcome, now),
        (end, bug) -> new Settlement.Ended(id, end, bug));
  }

  private Settlement.End end(JobRecord before, Supplier<Outcome> outcome, Instant now) {
    Outcome how;
    try {
      how = outcome.get();
    } catch (DemofusionException e) {
      how = Outcome.failed(now, e.code(), e.userMessage());
    }
    JobRecord record = before.over(how, toBeNotified(before, now));
    DemofusionException failure = null;
    try {
      data.writeRecord(record.id(), JobJson.write(record));
    } catch (DemofusionException e) {
      failure = e;
    }
    return new Settlement.End(record, new FolderReader(data).contents(record.id()), failure);
  }

  private List<Notification> toBeNotified(JobRecord record, Instant now) {
    List<Notification> notices = new ArrayList<>();
    if (record.webhook() != null) {
      notices.add(Notification.pending(Channel.WEBHOOK, now));
    }
    if (!settings.command().isEmpty()) {
      notices.add(Notification.pending(Channel.COMMAND, now));
    }
    return notices;
  }

  /**
   * @return the job, which is over now; null if that could not be found out
   */
  public @Nullable Job ended(Settlement.Ended ended) {
    changing.remove(ended.job());
    Settlement.End end = ended.end();
    Job job = backlog.find(ended.job());
    if (end == null || job == null) {
      LOG.error("event=job-end-failed job={}", ended.job(), ended.bug());
      return null;
    }
    if (end.unsaved() != null) {
      LOG.warn("event=job-end-unsaved job={}", job.id(), end.unsaved());
      unsaved.add(job.id());
    }
    job.measured(end.contents());
    job.over(end.record());
    LOG.info("event=job-over job={} state={}", job.id(), job.state());
    return job;
  }

  /** Has everybody told who is not told yet; also of jobs that ended under an earlier keeper. */
  public void announce(Job job) {
    for (Notification notice : job.record().notices()) {
      if (!notice.isPending()) {
        continue;
      }
      if (isStillWanted(job, notice)) {
        notifier.tell(
            new CompletionNotifier.Announce(
                job.view(),
                data.job(job.id()),
                job.record().webhook(),
                job.record().trace(),
                notice));
      } else {
        record(new CompletionNotifier.Progress(job.id(), notice.givenUp()));
      }
    }
  }

  /** The operator may have changed her mind since the job was accepted. */
  private boolean isStillWanted(Job job, Notification notice) {
    if (notice.channel() == Channel.COMMAND) {
      return !settings.command().isEmpty();
    }
    try {
      if (job.record().webhook() != null) {
        settings.hosts().require(job.record().webhook());
      }
      return job.record().webhook() != null;
    } catch (DemofusionException e) {
      LOG.warn("event=notice-refused job={} reason=\"{}\"", job.id(), e.userMessage());
      return false;
    }
  }

  /** The notifier has come further. */
  public void record(CompletionNotifier.Progress progress) {
    Job job = backlog.find(progress.job());
    if (job == null || !job.isOver() || isChanging(job.id())) {
      return;
    }
    List<Notification> news =
        job.record().notices().stream()
            .map(old -> old.channel() == progress.notice().channel() ? progress.notice() : old)
            .toList();
    job.replace(job.record().notified(news));
    save(job);
  }

  private void save(Job job) {
    JobRecord record = job.record();
    unsaved.add(job.id());
    tasks.inTurn(
        job.id(),
        "the job's record could not be written",
        () -> {
          data.writeRecord(record.id(), JobJson.write(record));
          return record;
        },
        (saved, failure) -> new Settlement.Saved(record, failure));
  }

  public void saved(Settlement.Saved saved) {
    JobRecord record = saved.record();
    Job job = backlog.find(record.id());
    if (saved.failure() != null) {
      LOG.warn("event=record-unsaved job={}", record.id(), saved.failure());
    } else if (job == null || job.record().equals(record)) {
      unsaved.remove(record.id());
    }
  }

  /** Tries again to write what could not be written. */
  public void saveTheRest() {
    for (JobId id : List.copyOf(unsaved)) {
      Job job = backlog.find(id);
      if (job == null || !job.isOver()) {
        unsaved.remove(id);
      } else if (!isChanging(id)) {
        save(job);
      }
    }
  }

  /** Takes a job up again that failed or was cancelled. */
  public void reopen(Job job) {
    JobId id = job.id();
    changing.add(id);
    JobRecord before = job.record();
    boolean isBroken = job.isBroken();
    tasks.inTurn(
        id,
        "the job could not be resumed",
        () -> {
          JobRecord record = isBroken ? mended(id) : before;
          JobRecord reopened = record.reopened();
          data.writeRecord(id, JobJson.write(reopened));
          return reopened;
        },
        (reopened, failure) -> new Settlement.Reopened(id, reopened, failure));
  }

  /** A folder that was broken when it was read may have been mended by hand. */
  private JobRecord mended(JobId id) {
    Job again = new FolderReader(data).read(id, clock.instant());
    if (again.isBroken()) {
      throw DemofusionException.conflict(
          "job " + id + " cannot be resumed: " + again.view().reason());
    }
    return again.record();
  }

  /**
   * @return the job, which is to be done again; null if it is not
   */
  public @Nullable Job reopened(Settlement.Reopened reopened) {
    changing.remove(reopened.job());
    JobRecord record = reopened.record();
    Job job = backlog.find(reopened.job());
    if (record == null || job == null) {
      return null;
    }
    forget(job);
    job.reopen(record, clock.instant());
    backlog.add(job);
    return job;
  }

  /** Nobody is to be told of the job any more. */
  void forget(Job job) {
    notifier.tell(new CompletionNotifier.Forget(job.id()));
    backlog.remove(job.id());
  }
}
