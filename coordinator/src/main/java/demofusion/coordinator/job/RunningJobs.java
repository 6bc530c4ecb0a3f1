package demofusion.coordinator.job;

import demofusion.coordinator.job.JobScheduler.Capacity;
import demofusion.coordinator.job.JobScheduler.Decision;
import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.record.FolderReader;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.job.record.JobRecord.Outcome;
import demofusion.coordinator.job.settle.JobCompletion;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.render.RenderReport;
import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.api.JobState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that are being rendered: starts them when it is their turn, follows what becomes of
 * them, and has them stopped. A job that is stopped for whatever reason goes on later from its last
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

  private final JobContext shared;
  private final ActorRef<RenderQueue.Command> queue;
  private final ActorRef<RenderEvent> listener;
  private final JobCompletion completion;
  private final Map<JobId, Intent> running = new LinkedHashMap<>();
  private final Map<JobId, List<ActorRef<Reply>>> cancellers = new HashMap<>();
  private final FairOrder order;
  private final LogThrottle throttle = new LogThrottle();
  private boolean isStopping;
  private boolean isMeasuring;
  private boolean isAskedAgain;

  RunningJobs(
      JobContext shared,
      ActorRef<RenderQueue.Command> queue,
      ActorRef<RenderEvent> listener,
      JobCompletion completion) {
    this.shared = shared;
    this.queue = queue;
    this.listener = listener;
    this.completion = completion;
    this.order = new FairOrder(shared.environment().budgets().allowances()::weight);
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  /** Begins whatever can be begun; asks the disk first. */
  void consider() {
    shared.backlog().unfinished().forEach(this::noteNeed);
    if (isMeasuring) {
      isAskedAgain = true;
    } else if (!isStopping && shared.backlog().unfinished().size() > running.size()) {
      isMeasuring = true;
      shared
          .tasks()
          .run(
              "the free disk space could not be measured",
              this::usableBytes,
              Jobs.DiskMeasured::new);
    }
  }

  /** What of its owner's budget it will take. */
  private void noteNeed(Job job) {
    JobRecord record = job.record();
    shared
        .environment()
        .budgets()
        .note(
            job.id(),
            record.owner(),
            record.subject().model().name(),
            job.tilesToDraw(),
            record.startedAt() != null);
  }

  private long usableBytes() {
    try {
      return shared.environment().disk().usableBytes(shared.data().path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void onDiskMeasured(Jobs.DiskMeasured measured) {
    isMeasuring = false;
    Long bytes = measured.bytes();
    if (bytes == null) {
      throttle
          .pass("disk-unknown", System.nanoTime())
          .ifPresent(
              leftOut ->
                  LOG.warn(
                      "event=disk-unknown data={} left-out={}",
                      shared.data().path(),
                      leftOut,
                      measured.failure()));
    }
    if (!isStopping) {
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
        shared.backlog().unfinished().stream()
            .filter(job -> !running.containsKey(job.id()) && !completion.isChanging(job.id()))
            .toList();
    Capacity capacity =
        new Capacity(
            shared.settings().atOnce(),
            shared.environment().heapBytes(),
            diskBytes,
            shared.data().path(),
            shared.models()::isPresent,
            shared.settings().pace().patience(),
            shared.environment().budgets().round());
    Decision decision = JobScheduler.decide(capacity, jobsThatRun(), waiting, order, shared.now());
    decision.held().forEach(this::hold);
    decision.overBudget().forEach(this::holdForBudget);
    decision.start().forEach(this::start);
    if (!running.containsValue(Intent.YIELD)) {
      decision.yield().forEach(this::yieldFor);
    }
  }

  private List<Job> jobsThatRun() {
    return running.keySet().stream()
        .map(shared.backlog()::find)
        .filter(job -> job != null)
        .toList();
  }

  private void hold(Job job, @Nullable String reason) {
    held(job, job.hold(reason), reason);
  }

  private void holdForBudget(Job job, String reason) {
    held(job, job.holdForBudget(reason), reason);
  }

  private void held(Job job, boolean isNew, @Nullable String reason) {
    if (isNew) {
      LOG.info("event=job-held job={} state={} reason=\"{}\"", job.id(), job.state(), reason);
      shared.changed(job);
    }
  }

  private void start(Job job) {
    LOG.info("event=job-started job={}", job.id());
    order.begun(job);
    JobRecord before = job.record();
    if (before.trace() != null) {
      shared.environment().observer().traced(job.id(), before.trace());
    }
    shared
        .environment()
        .observer()
        .begun(
            job.id(),
            before.owner(),
            before.subject().model().name(),
            job.waiting(shared.now()),
            before.startedAt() == null);
    job.start(before.started(shared.now()));
    running.put(job.id(), Intent.FINISH);
    queue.tell(new RenderQueue.Resume(job.id(), shared.data().job(job.id()), listener));
    shared.changed(job);
    if (before.startedAt() == null) {
      note(job.record());
    }
    String warning = shared.environment().budgets().warning(before.owner());
    if (warning != null) {
      shared.watchers().warning(job, warning);
    }
  }

  /**
   * When a job was begun first, or what there is to warn of, is good to know, and no reason to
   * fail.
   */
  private void note(JobRecord record) {
    shared
        .tasks()
        .inTurn(
            record.id(),
            "the job's record could not be written",
            () -> {
              shared.data().writeRecord(record.id(), JobJson.write(record));
              return record;
            },
            (saved, failure) -> new Jobs.BeginningWritten(record.id(), failure));
  }

  void onBeginningWritten(Jobs.BeginningWritten written) {
    if (written.failure() != null) {
      LOG.warn("event=beginning-unsaved job={}", written.job(), written.failure());
    }
  }

  private void yieldFor(Job job) {
    LOG.info("event=job-yields job={}", job.id());
    leave(job.id(), Intent.YIELD);
  }

  private void leave(JobId job, Intent intent) {
    running.put(job, intent);
    queue.tell(new RenderQueue.Cancel(job));
  }

  /** Stops a job that nobody wants any more; answered when it is over. */
  void cancel(Job job, ActorRef<Reply> replyTo) {
    cancellers.computeIfAbsent(job.id(), id -> new ArrayList<>()).add(replyTo);
    if (running.containsKey(job.id())) {
      leave(job.id(), Intent.CANCEL);
    } else if (!completion.isChanging(job.id())) {
      Outcome cancelled = Outcome.cancelled(shared.now());
      completion.end(job, () -> cancelled);
    }
  }

  /** The job is over: answers those who asked to stop it. */
  void answerCancellers(Job job) {
    order.over(job.id());
    shared.environment().budgets().release(job.id());
    List<ActorRef<Reply>> askers = cancellers.remove(job.id());
    if (askers != null) {
      Reply reply =
          job.state() == JobState.CANCELLED
              ? Reply.of(job.view())
              : Reply.refused(
                  DemofusionException.conflict(
                      "job " + job.id() + " was " + job.state() + " before that"));
      askers.forEach(asker -> asker.tell(reply));
    }
  }

  /** Stops all, to go on under the next coordinator; nothing is begun any more. */
  void stop() {
    isStopping = true;
    List.copyOf(running.keySet()).forEach(job -> leave(job, Intent.YIELD));
  }

  /** Makes room where a job has been without workers for a while. */
  void checkWorkers() {
    shared.environment().budgets().watch();
    Instant now = shared.now();
    for (Job job : jobsThatRun()) {
      boolean isAlone = !shared.models().isPresent(job.record().subject().model());
      Instant since = job.alone(isAlone, now);
      if (since != null
          && running.get(job.id()) == Intent.FINISH
          && Duration.between(since, now).compareTo(shared.settings().pace().patience()) >= 0) {
        yieldFor(job);
      }
    }
    consider();
  }

  void showTiles(Jobs.ShowTiles show) {
    queue.tell(new RenderQueue.ShowTiles(show.job(), show.replyTo()));
  }

  void received(RenderEvent event) {
    Job job = shared.backlog().find(event.job());
    if (job != null && running.containsKey(event.job())) {
      event.accept(new Reaction(job));
    }
  }

  /** What an event of a running job means for it, and for who watches it. */
  private final class Reaction implements RenderEvent.Visitor {
    private final Job job;

    Reaction(Job job) {
      this.job = job;
    }

    @Override
    public void accepted(RenderEvent.Accepted accepted) {}

    @Override
    public void planned(RenderEvent.Planned planned) {
      job.planned(planned.plan().phases().size());
      LOG.info(
          "event=job-planned job={} timesteps={} done={}",
          job.id(),
          planned.timesteps(),
          planned.timestepsDone());
    }

    @Override
    public void warning(RenderEvent.Warning warning) {
      JobRecord warned = job.record().warned(warning.sentence());
      if (!warned.equals(job.record())) {
        job.replace(warned);
        note(warned);
      }
      shared.watchers().warning(job, warning.sentence());
    }

    @Override
    public void progressed(RenderEvent.Progressed progressed) {
      job.progress(progressed.progress());
      shared.watchers().progress(job);
    }

    @Override
    public void timestepDone(RenderEvent.TimestepDone done) {}

    @Override
    public void checkpointWritten(RenderEvent.CheckpointWritten written) {}

    @Override
    public void phaseDone(RenderEvent.PhaseDone done) {}

    @Override
    public void barrierPassed(RenderEvent.BarrierPassed passed) {}

    @Override
    public void previewWritten(RenderEvent.PreviewWritten preview) {
      job.previewed(preview.phase().number());
      shared.watchers().preview(job, preview.phase().number());
    }

    @Override
    public void finished(RenderEvent.Finished finished) {
      running.remove(job.id());
      finish(job, finished.report());
      consider();
    }

    @Override
    public void failed(RenderEvent.Failed failed) {
      Intent intent = running.remove(job.id());
      fail(job, failed, intent);
      consider();
    }
  }

  /**
   * @param report null if it is an earlier coordinator's
   */
  void finish(Job job, @Nullable RenderReport report) {
    Instant now = shared.now();
    completion.end(
        job,
        () ->
            new Outcome(
                JobState.DONE,
                now,
                null,
                null,
                report == null ? null : report.seconds(),
                report == null ? null : report.deviceSeconds(),
                shared.reader().pictureFingerprint(job.id())));
  }

  private void fail(Job job, RenderEvent.Failed failed, @Nullable Intent intent) {
    Instant now = shared.now();
    if (intent == Intent.CANCEL) {
      completion.end(job, () -> Outcome.cancelled(now));
    } else if (failed.code() == FailureCode.DISK_FULL) {
      pause(job, failed.sentence());
    } else if (failed.code() == FailureCode.CANCELLED || isStopping) {
      Instant alone = job.alone(false, now);
      job.queue(alone == null ? now : alone);
      shared.changed(job);
    } else {
      completion.end(job, () -> Outcome.failed(now, failed.code(), failed.sentence()));
    }
  }

  private void pause(Job job, String sentence) {
    String reason = "the disk is full (" + sentence + "); the job continues when there is space";
    LOG.warn("event=job-paused job={} reason=\"{}\"", job.id(), sentence);
    job.pause(reason, shared.now(), FULL_DISK);
    shared.changed(job);
    measure(job);
  }

  /** Its folder has become larger or smaller. */
  void measure(Job job) {
    boolean isOver = job.isOver();
    JobId id = job.id();
    FolderReader reader = shared.reader();
    shared
        .tasks()
        .inTurn(
            id,
            "the job's folder could not be measured",
            () -> reader.contents(id),
            (contents, failure) -> new Jobs.FolderMeasured(id, isOver, contents));
  }

  /** Unless it ended or was resumed meanwhile, which measures it too. */
  void onFolderMeasured(Jobs.FolderMeasured measured) {
    Job job = shared.backlog().find(measured.job());
    if (job != null && measured.contents() != null && job.isOver() == measured.isOver()) {
      job.measured(measured.contents());
    }
  }
}
