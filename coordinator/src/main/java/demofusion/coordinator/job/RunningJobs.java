package demofusion.coordinator.job;

import demofusion.coordinator.job.JobRecord.Outcome;
import demofusion.coordinator.job.Turns.Circumstances;
import demofusion.coordinator.job.Turns.Decision;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.render.RenderReport;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LogGate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that are being rendered: begins them when it is their turn, hears what becomes of them,
 * and has them stopped. A job that is stopped for whatever reason goes on later from its last
 * checkpoint.
 */
final class RunningJobs {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJobs.class);
  private static final Backoff FULL_DISK =
      new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));

  /** What is to become of a running job. */
  private enum Intent {
    /** Its picture. */
    FINISH,
    /** Somebody does not want it any more. */
    CANCEL,
    /** It makes room, and goes on later. */
    YIELD
  }

  private final KeeperDesk desk;
  private final ActorRef<RenderQueue.Command> queue;
  private final ActorRef<RenderEvent> listener;
  private final Endings endings;
  private final Map<JobId, Intent> running = new LinkedHashMap<>();
  private final LogGate gate = new LogGate();
  private boolean isMeasuring;
  private boolean isAskedAgain;

  RunningJobs(
      KeeperDesk desk,
      ActorRef<RenderQueue.Command> queue,
      ActorRef<RenderEvent> listener,
      Endings endings) {
    this.desk = desk;
    this.queue = queue;
    this.listener = listener;
    this.endings = endings;
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  /** Begins whatever can be begun; asks the disk first. */
  void consider() {
    if (isMeasuring) {
      isAskedAgain = true;
    } else if (!desk.isStopping() && desk.backlog().unfinished().size() > running.size()) {
      isMeasuring = true;
      desk.onFiles("the disk's room could not be measured", this::usableBytes, this::onMeasured);
    }
  }

  private long usableBytes() {
    try {
      return desk.around().disk().usableBytes(desk.data().path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void onMeasured(@Nullable Long bytes, @Nullable Exception failure) {
    isMeasuring = false;
    if (bytes == null) {
      gate.pass("disk-unknown", System.nanoTime())
          .ifPresent(
              leftOut ->
                  LOG.warn(
                      "event=disk-unknown data={} left-out={}",
                      desk.data().path(),
                      leftOut,
                      failure));
    }
    if (!desk.isStopping()) {
      // A disk that does not tell is tried: writing will say whether there is room.
      decide(bytes == null ? Long.MAX_VALUE : bytes);
    }
    if (isAskedAgain) {
      isAskedAgain = false;
      consider();
    }
  }

  private void decide(long diskBytes) {
    List<Job> waiting =
        desk.backlog().unfinished().stream()
            .filter(job -> !running.containsKey(job.id()) && !endings.isChanging(job.id()))
            .toList();
    Circumstances there =
        new Circumstances(
            desk.settings().atOnce(),
            desk.around().heapBytes(),
            diskBytes,
            desk.data().path(),
            desk.models()::isPresent,
            desk.settings().pace().patience());
    Decision decision = Turns.decide(there, jobsThatRun(), waiting, desk.now());
    decision.held().forEach(this::hold);
    decision.start().forEach(this::start);
    if (!running.containsValue(Intent.YIELD)) {
      decision.yield().forEach(this::yieldFor);
    }
  }

  private List<Job> jobsThatRun() {
    return running.keySet().stream().map(desk.backlog()::find).filter(job -> job != null).toList();
  }

  private void hold(Job job, @Nullable String reason) {
    if (job.hold(reason)) {
      LOG.info("event=job-held job={} state={} reason=\"{}\"", job.id(), job.state(), reason);
      desk.changed(job);
    }
  }

  private void start(Job job) {
    LOG.info("event=job-started job={}", job.id());
    JobRecord before = job.record();
    job.start(before.started(desk.now()));
    running.put(job.id(), Intent.FINISH);
    queue.tell(new RenderQueue.Resume(job.id(), desk.data().job(job.id()), listener));
    desk.changed(job);
    if (before.startedAt() == null) {
      note(job.record());
    }
  }

  /** When a job was begun first is good to know, and no reason to fail. */
  private void note(JobRecord record) {
    desk.inTurn(
        record.jobId(),
        "the job's beginning could not be written",
        () -> {
          desk.data().writeRecord(record.jobId(), JobJson.write(record));
          return record;
        },
        (saved, failure) -> {
          if (failure != null) {
            LOG.warn("event=beginning-unsaved job={}", record.id(), failure);
          }
        });
  }

  private void yieldFor(Job job) {
    LOG.info("event=job-yields job={}", job.id());
    leave(job.id(), Intent.YIELD);
  }

  private void leave(JobId job, Intent intent) {
    running.put(job, intent);
    queue.tell(new RenderQueue.Cancel(job));
  }

  /** Stops a job that nobody wants any more. */
  void cancel(Job job) {
    if (running.containsKey(job.id())) {
      leave(job.id(), Intent.CANCEL);
    } else if (!endings.isChanging(job.id())) {
      Outcome cancelled = Outcome.cancelled(desk.now());
      endings.end(job, () -> cancelled);
    }
  }

  /** Stops all, to go on under the next coordinator. */
  void stop() {
    List.copyOf(running.keySet()).forEach(job -> leave(job, Intent.YIELD));
  }

  /** Makes room where a job has been without workers for a while. */
  void look() {
    Instant now = desk.now();
    for (Job job : jobsThatRun()) {
      boolean isAlone = !desk.models().isPresent(job.record().subject().model());
      Instant since = job.alone(isAlone, now);
      if (since != null
          && running.get(job.id()) == Intent.FINISH
          && Duration.between(since, now).compareTo(desk.settings().pace().patience()) >= 0) {
        yieldFor(job);
      }
    }
    consider();
  }

  void showTiles(Jobs.ShowTiles show) {
    queue.tell(new RenderQueue.ShowTiles(show.job(), show.replyTo()));
  }

  void heard(RenderEvent event) {
    Job job = desk.backlog().find(event.job());
    if (job == null || !running.containsKey(event.job())) {
      return;
    }
    if (event instanceof RenderEvent.Planned planned) {
      job.planned(planned.plan().phases().size());
      LOG.info(
          "event=job-planned job={} timesteps={} done={}",
          job.id(),
          planned.timesteps(),
          planned.timestepsDone());
    } else if (event instanceof RenderEvent.Progressed progressed) {
      job.progress(progressed.progress());
      desk.watchers().progress(job);
    } else if (event instanceof RenderEvent.PreviewWritten preview) {
      job.previewed(preview.phase().number());
      desk.watchers().preview(job, preview.phase().number());
    } else if (event instanceof RenderEvent.Warning warning) {
      desk.watchers().warning(job, warning.sentence());
    } else if (event instanceof RenderEvent.Finished finished) {
      running.remove(job.id());
      finish(job, finished.report());
      consider();
    } else if (event instanceof RenderEvent.Failed failed) {
      Intent intent = running.remove(job.id());
      failed(job, failed, intent);
      consider();
    }
  }

  /**
   * @param report null if it is an earlier coordinator's
   */
  void finish(Job job, @Nullable RenderReport report) {
    Instant now = desk.now();
    endings.end(
        job,
        () ->
            new Outcome(
                JobState.DONE,
                now,
                null,
                null,
                report == null ? null : report.seconds(),
                report == null ? null : report.deviceSeconds(),
                desk.reader().pictureFingerprint(job.id())));
  }

  private void failed(Job job, RenderEvent.Failed failed, @Nullable Intent intent) {
    Instant now = desk.now();
    if (intent == Intent.CANCEL) {
      endings.end(job, () -> Outcome.cancelled(now));
    } else if (failed.code() == FailureCode.DISK_FULL) {
      pause(job, failed.sentence());
    } else if (failed.code() == FailureCode.CANCELLED || desk.isStopping()) {
      Instant alone = job.alone(false, now);
      job.queue(alone == null ? now : alone);
      desk.changed(job);
    } else {
      endings.end(job, () -> Outcome.failed(now, failed.code(), failed.sentence()));
    }
  }

  private void pause(Job job, String sentence) {
    String reason = "the disk is full (" + sentence + "); the job goes on when there is room";
    LOG.warn("event=job-paused job={} reason=\"{}\"", job.id(), sentence);
    job.pause(reason, desk.now(), FULL_DISK);
    desk.changed(job);
    desk.inTurn(
        job.id(),
        "the job's folder could not be measured",
        () -> desk.reader().contents(job.id()),
        (contents, failure) -> {
          if (contents != null) {
            job.measured(contents);
          }
        });
  }
}
