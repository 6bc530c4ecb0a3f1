package demofusion.coordinator.job;

import demofusion.coordinator.job.JobRecord.Outcome;
import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.Notice.Channel;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends jobs and takes them up again. How a job ended is in its folder before anybody hears of it;
 * where the folder cannot be written, it is heard all the same and written when that is possible.
 */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  /** What a file thread found and did at the end of a job. */
  private record Ended(
      JobRecord record, FolderContents contents, @Nullable DemofusionException unsaved) {}

  private final KeeperDesk desk;
  private final ActorRef<Herald.Command> herald;
  private final Set<JobId> changing = new HashSet<>();
  private final Set<JobId> unsaved = new HashSet<>();
  private final Map<JobId, List<ActorRef<Reply>>> cancellers = new HashMap<>();

  Endings(KeeperDesk desk, ActorRef<Herald.Command> herald) {
    this.desk = desk;
    this.herald = herald;
  }

  /** Whether a job is just being ended, taken up again or removed. */
  boolean isChanging(JobId job) {
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

  /** Is answered when the job is over. */
  void answerAtTheEnd(JobId job, ActorRef<Reply> canceller) {
    cancellers.computeIfAbsent(job, id -> new ArrayList<>()).add(canceller);
  }

  /**
   * @param outcome found out on a file thread
   */
  void end(Job job, Supplier<Outcome> outcome) {
    JobRecord before = job.record();
    changing.add(job.id());
    Instant now = desk.now();
    desk.inTurn(
        job.id(),
        "the job's end could not be written",
        () -> end(before, outcome, now),
        (ended, bug) -> {
          changing.remove(job.id());
          if (ended == null) {
            LOG.error("event=job-end-failed job={}", job.id(), bug);
            return;
          }
          if (ended.unsaved() != null) {
            LOG.warn("event=job-end-unsaved job={}", job.id(), ended.unsaved());
            unsaved.add(job.id());
          }
          over(job, ended);
        });
  }

  private Ended end(JobRecord before, Supplier<Outcome> outcome, Instant now) {
    Outcome how;
    try {
      how = outcome.get();
    } catch (DemofusionException e) {
      how = Outcome.failed(now, e.code(), e.sentence());
    }
    JobRecord record = before.over(how, toBeTold(before, now));
    DemofusionException failure = null;
    try {
      desk.data().writeRecord(record.jobId(), JobJson.write(record));
    } catch (DemofusionException e) {
      failure = e;
    }
    return new Ended(record, desk.reader().contents(record.jobId()), failure);
  }

  private List<Notice> toBeTold(JobRecord record, Instant now) {
    NotifySettings settings = desk.settings().notices();
    List<Notice> notices = new ArrayList<>();
    if (record.webhook() != null) {
      notices.add(Notice.pending(Channel.WEBHOOK, now));
    }
    if (!settings.command().isEmpty()) {
      notices.add(Notice.pending(Channel.COMMAND, now));
    }
    return notices;
  }

  private void over(Job job, Ended ended) {
    job.measured(ended.contents());
    job.over(ended.record());
    LOG.info("event=job-over job={} state={}", job.id(), job.state());
    desk.changed(job);
    List<ActorRef<Reply>> askers = cancellers.remove(job.id());
    if (askers != null) {
      askers.forEach(asker -> answer(asker, job));
    }
    announce(job);
  }

  private static void answer(ActorRef<Reply> canceller, Job job) {
    if (job.state() == JobState.CANCELLED) {
      KeeperDesk.answer(canceller, job, false);
    } else {
      KeeperDesk.refuse(
          canceller,
          KeeperDesk.conflict("job " + job.id() + " was " + job.state() + " before that"));
    }
  }

  /** Has everybody told who is not told yet; also of jobs that ended under an earlier keeper. */
  void announce(Job job) {
    for (Notice notice : job.record().notices()) {
      if (!notice.isPending()) {
        continue;
      }
      if (mayStillBeTold(job, notice)) {
        herald.tell(
            new Herald.Announce(
                job.view(), desk.data().job(job.id()), job.record().webhook(), notice));
      } else {
        told(new Herald.Progress(job.id(), notice.givenUp()));
      }
    }
  }

  /** The operator may have changed her mind since the job was accepted. */
  private boolean mayStillBeTold(Job job, Notice notice) {
    NotifySettings settings = desk.settings().notices();
    if (notice.channel() == Channel.COMMAND) {
      return !settings.command().isEmpty();
    }
    try {
      if (job.record().webhook() != null) {
        settings.hosts().require(job.record().webhook());
      }
      return job.record().webhook() != null;
    } catch (DemofusionException e) {
      LOG.warn("event=notice-refused job={} reason=\"{}\"", job.id(), e.sentence());
      return false;
    }
  }

  /** The herald has come further. */
  void told(Herald.Progress progress) {
    Job job = desk.backlog().find(progress.job());
    if (job == null || !job.isOver() || isChanging(job.id())) {
      return;
    }
    List<Notice> news =
        job.record().notices().stream()
            .map(old -> old.channel() == progress.notice().channel() ? progress.notice() : old)
            .toList();
    job.replace(job.record().told(news));
    save(job);
  }

  private void save(Job job) {
    JobRecord record = job.record();
    unsaved.add(job.id());
    desk.inTurn(
        job.id(),
        "the job's record could not be written",
        () -> {
          desk.data().writeRecord(record.jobId(), JobJson.write(record));
          return record;
        },
        (saved, failure) -> {
          if (failure != null) {
            LOG.warn("event=record-unsaved job={}", record.id(), failure);
          } else if (job.record().equals(saved)) {
            unsaved.remove(job.id());
          }
        });
  }

  /** Tries again to write what could not be written. */
  void saveTheRest() {
    for (JobId id : List.copyOf(unsaved)) {
      Job job = desk.backlog().find(id);
      if (job == null || !job.isOver()) {
        unsaved.remove(id);
      } else if (!isChanging(id)) {
        save(job);
      }
    }
  }

  /** Takes a job up again that failed or was cancelled. */
  void reopen(Job job, ActorRef<Reply> replyTo, Runnable whenItIs) {
    changing.add(job.id());
    JobRecord before = job.record();
    boolean isBroken = job.isBroken();
    desk.inTurn(
        job.id(),
        "the job could not be taken up again",
        () -> {
          JobRecord record = isBroken ? mended(before.jobId()) : before;
          JobRecord reopened = record.reopened();
          desk.data().writeRecord(reopened.jobId(), JobJson.write(reopened));
          return reopened;
        },
        (reopened, failure) -> {
          changing.remove(job.id());
          if (reopened == null) {
            KeeperDesk.refuse(replyTo, Objects.requireNonNull(failure));
            return;
          }
          herald.tell(new Herald.Forget(job.id()));
          desk.backlog().remove(job.id());
          job.reopen(reopened, desk.now());
          desk.backlog().add(job);
          desk.changed(job);
          KeeperDesk.answer(replyTo, job, false);
          whenItIs.run();
        });
  }

  /** A folder that was broken when it was read may have been mended by hand. */
  private JobRecord mended(JobId id) {
    Job again = desk.reader().read(id, desk.now());
    if (again.isBroken()) {
      throw KeeperDesk.conflict(
          "job " + id + " cannot be taken up again: " + again.view().reason());
    }
    return again.record();
  }
}
