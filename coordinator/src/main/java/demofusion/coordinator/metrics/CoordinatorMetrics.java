package demofusion.coordinator.metrics;

import demofusion.coordinator.job.JobState;
import demofusion.coordinator.render.BatchKind;
import demofusion.coordinator.render.BatchTimes;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.StepAnatomy;
import demofusion.coordinator.render.WorkerView;
import demofusion.protocol.FailureCode;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every metric of the coordinator: names, labels, units. What happens is counted as it happens, as
 * an observer; what is (workers, jobs, disk) is taken by {@link #refresh} when somebody looks.
 *
 * <p>Labels are bounded: kinds, codes, states, phases, and workers' names. A worker's series stay
 * for an hour after it left, so that rates survive its restart, and go then; see {@link
 * WorkersSeries}. Jobs are never labels.
 */
public final class CoordinatorMetrics implements FarmObserver {
  private static final String WORKER = "worker";
  private static final String KIND = "kind";

  private static final String PREFIX = "demofusion_coordinator_";
  private static final double NANOS = 1e9;

  /** A view takes an H200 some 50 ms, a unit of 16 of them a 3090 some seconds, a CPU a minute. */
  private static final double[] DEVICE_SECONDS = {
    .005, .01, .025, .05, .1, .15, .2, .3, .45, .7, 1, 1.5, 2.5, 4, 6, 10, 20, 60
  };

  private static final double[] WIRE_SECONDS = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10
  };
  private static final double[] QUEUE_SECONDS = {
    .001, .01, .05, .1, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600
  };
  private static final double[] STEP_SECONDS = {
    .001, .005, .01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300
  };
  private static final double[] PICTURE_SECONDS = {
    1, 5, 15, 30, 60, 120, 300, 600, 1200, 3600, 7200, 14400, 28800, 86400
  };
  private static final double[] RATIOS = {.01, .02, .05, .1, .15, .2, .3, .4, .5, .75, 1};

  private final Counter workersCame;
  private final Counter workersWent;
  private final Counter workersPutAside;
  private final Map<BatchKind, Histogram.Child> queueSeconds;
  private final Map<BatchKind, Histogram.Child> wireSeconds;
  private final Map<BatchKind, Histogram.Child> waitSeconds;
  private final Map<BatchKind, Histogram.Child> deviceSeconds;
  private final Counter timesteps;
  private final Histogram.Child scatter;
  private final Histogram.Child wait;
  private final Histogram.Child fuse;
  private final Histogram.Child checkpoint;
  private final Histogram barrierRatio;
  private final Counter checkpoints;
  private final Counter jobsEnded;
  private final Counter deliveredPixels;
  private final Histogram pictureSeconds;
  private final Histogram pictureDeviceSeconds;
  private final Gauge workersByState;
  private final Gauge workerLanes;
  private final Gauge workerCredits;
  private final Gauge workerLeases;
  private final Gauge jobsByState;
  private final Gauge jobsInPhase;
  private final Gauge queueAge;
  private final Gauge checkpointAge;
  private final Gauge tilesLeft;
  private final Gauge timeLeft;
  private final Gauge diskFree;
  private final Gauge diskSize;
  private final WorkersSeries workers;
  private final RunningPictures pictures;

  public CoordinatorMetrics(CollectorRegistry registry, Clock clock) {
    Registrar at = new Registrar(registry, PREFIX);
    workers = new WorkersSeries(workersCounters(at), clock);
    pictures = new RunningPictures(clock);
    workersCame = at.counter("workers_came_total", "Workers that introduced themselves.");
    workersWent = at.counter("workers_went_total", "Workers that left, were killed or cut off.");
    workersPutAside =
        at.counter("workers_put_aside_total", "Workers that kept failing on what others did well.");

    queueSeconds =
        byKind(
            at.histogram(
                "batch_queue_seconds",
                "From waiting for a worker to being leased.",
                QUEUE_SECONDS,
                KIND));
    wireSeconds =
        byKind(
            at.histogram(
                "batch_wire_seconds",
                "From lease to answer, without the worker's part: cutting and network.",
                WIRE_SECONDS,
                KIND));
    waitSeconds =
        byKind(
            at.histogram(
                "batch_wait_seconds",
                "At the worker, behind the batch before.",
                DEVICE_SECONDS,
                KIND));
    deviceSeconds =
        byKind(
            at.histogram("batch_device_seconds", "On the worker's device.", DEVICE_SECONDS, KIND));

    timesteps = at.counter("timesteps_done_total", "Timesteps, by their phase.", "phase");
    Histogram parts =
        at.histogram(
            "timestep_part_seconds",
            "Where a timestep's time goes; its parts follow each other.",
            STEP_SECONDS,
            "part");
    scatter = parts.labels("scatter");
    wait = parts.labels("wait");
    fuse = parts.labels("fuse");
    checkpoint = parts.labels("checkpoint");
    barrierRatio =
        at.histogram(
            "timestep_barrier_ratio",
            "Of its workers' time, what a timestep loses waiting for its last batches.",
            RATIOS);
    checkpoints = at.counter("checkpoints_written_total", "Checkpoints on disk.");

    jobsEnded = at.counter("jobs_ended_total", "Runs of jobs that came to an end.", "outcome");
    Set.of("finished", "failed", "stopped").forEach(jobsEnded::labels);
    deliveredPixels = at.counter("delivered_pixels_total", "Pixels of finished pictures.");
    pictureSeconds = at.histogram("picture_seconds", "A finished picture's run.", PICTURE_SECONDS);
    pictureDeviceSeconds =
        at.histogram(
            "picture_device_seconds",
            "What all devices spent together on a finished picture's forwards, in its last run.",
            PICTURE_SECONDS);

    workersByState = at.gauge("workers", "Workers that are there.", "state");
    workerLanes = at.gauge("worker_lanes", "Forwards that a worker does at once.", WORKER);
    workerCredits = at.gauge("worker_credits", "Leases that a worker takes at once.", WORKER);
    workerLeases = at.gauge("worker_leases", "Leases that a worker has.", WORKER);
    jobsByState = at.gauge("jobs", "Jobs in the data folder.", "state");
    jobsInPhase = at.gauge("jobs_in_phase", "Pictures that are in this phase now.", "phase");
    queueAge =
        at.gauge("queue_age_seconds", "How long the longest waiting job is queued; 0: none.");
    checkpointAge =
        at.gauge(
            "checkpoint_age_seconds",
            "What a crash would cost at worst: since the oldest of all running pictures' last"
                + " checkpoints; 0: none runs.");
    tilesLeft = at.gauge("tiles_left", "Views that all running pictures need yet.");
    timeLeft =
        at.gauge("time_left_seconds", "Until the last running picture is drawn, as it goes.");
    diskFree = at.gauge("disk_free_bytes", "Room on the data folder's disk.");
    diskSize = at.gauge("disk_size_bytes", "The data folder's disk.");
  }

  private static WorkersSeries.Counters workersCounters(Registrar at) {
    return new WorkersSeries.Counters(
        new WorkersSeries.Pair(
            at.counter("batches_done_total", "Batches whose answer counted.", WORKER, KIND),
            at.counter("tiles_done_total", "Views of the UNet, tiles of the VAE.", WORKER, KIND)),
        new WorkersSeries.Pair(
            at.counter("batches_failed_total", "Came back undone.", WORKER, KIND, "code"),
            at.counter("tiles_failed_total", "In batches that failed.", WORKER, KIND)),
        new WorkersSeries.Pair(
            at.counter(
                "batches_retried_total",
                "To be done again, by the worker that did not do them, and why.",
                WORKER,
                KIND,
                "reason"),
            at.counter("tiles_retried_total", "In batches to be done again.", WORKER, KIND)),
        new WorkersSeries.Pair(
            at.counter(
                "batches_speculated_total",
                "Given to a second worker, which is this one, at the end of a timestep.",
                WORKER,
                KIND),
            at.counter("tiles_speculated_total", "In batches done twice.", WORKER, KIND)),
        new WorkersSeries.Pair(
            at.counter(
                "batches_late_total",
                "Answers dropped: too late, or another worker was first.",
                WORKER,
                KIND),
            at.counter("tiles_late_total", "In answers dropped.", WORKER, KIND)),
        at.counter("device_seconds_total", "On devices, of what was done.", WORKER, KIND),
        at.counter("wire_seconds_total", "On the way, of what was done.", WORKER, KIND));
  }

  private static Map<BatchKind, Histogram.Child> byKind(Histogram histogram) {
    Map<BatchKind, Histogram.Child> children = new EnumMap<>(BatchKind.class);
    for (BatchKind kind : BatchKind.values()) {
      children.put(kind, histogram.labels(kind.toString()));
    }
    return children;
  }

  @Override
  public void came(String worker) {
    workersCame.inc();
    workers.came(worker);
  }

  @Override
  public void went(String worker) {
    workersWent.inc();
    workers.went(worker);
  }

  @Override
  public void putAside(long count) {
    workersPutAside.inc((double) count);
  }

  @Override
  public void leased(BatchKind kind, long queuedNanos) {
    observe(queueSeconds, kind, queuedNanos);
  }

  @Override
  public void done(BatchKind kind, String worker, double tiles, BatchTimes times) {
    workers.of(worker).of(kind).done(tiles, times);
    observe(wireSeconds, kind, times.wireNanos());
    observe(waitSeconds, kind, times.waitedNanos());
    observe(deviceSeconds, kind, times.deviceNanos());
  }

  private static void observe(
      Map<BatchKind, Histogram.Child> children, BatchKind kind, long nanos) {
    Histogram.Child child = children.get(kind);
    if (child != null) {
      child.observe(nanos / NANOS);
    }
  }

  @Override
  public void failed(BatchKind kind, String worker, double tiles, FailureCode code) {
    workers.of(worker).of(kind).failed(tiles, code);
  }

  @Override
  public void again(BatchKind kind, String worker, double tiles, Again why) {
    workers.of(worker).of(kind).again(tiles, why);
  }

  @Override
  public void speculated(BatchKind kind, String worker, double tiles) {
    workers.of(worker).of(kind).speculated(tiles);
  }

  @Override
  public void late(BatchKind kind, String worker, double tiles) {
    workers.of(worker).of(kind).late(tiles);
  }

  @Override
  public void heard(RenderEvent event) {
    if (event instanceof RenderEvent.TimestepDone step) {
      stepped(step.phase().number(), step.anatomy());
    } else if (event instanceof RenderEvent.CheckpointWritten) {
      checkpoints.inc();
    } else if (event instanceof RenderEvent.Finished finished) {
      jobsEnded.labels("finished").inc();
      pictureSeconds.observe(finished.report().seconds());
      pictureDeviceSeconds.observe(finished.report().deviceSeconds());
      deliveredPixels.inc((double) pictures.pixels(finished.job()));
    } else if (event instanceof RenderEvent.Failed failed) {
      jobsEnded.labels(failed.code() == FailureCode.CANCELLED ? "stopped" : "failed").inc();
    }
    pictures.heard(event);
  }

  private void stepped(int phase, StepAnatomy anatomy) {
    timesteps.labels(Integer.toString(phase)).inc();
    scatter.observe(anatomy.scatterNanos() / NANOS);
    wait.observe(anatomy.waitNanos() / NANOS);
    fuse.observe(anatomy.fuseNanos() / NANOS);
    checkpoint.observe(anatomy.checkpointNanos() / NANOS);
    barrierRatio.observe(anatomy.barrierShare());
  }

  /** Takes how things are; to be called before each look at the registry, by one at a time. */
  public void refresh(Census census) {
    workers.forgetThoseLongGone();
    for (WorkerView.State state : WorkerView.State.values()) {
      workersByState
          .labels(state.toString())
          .set((double) census.workers().stream().filter(one -> one.state() == state).count());
    }
    workerLanes.clear();
    workerCredits.clear();
    workerLeases.clear();
    for (WorkerView worker : census.workers()) {
      workerLanes.labels(worker.name()).inc(worker.lanes());
      workerCredits.labels(worker.name()).inc(worker.credits());
      workerLeases.labels(worker.name()).inc(worker.inHand());
    }
    for (JobState state : JobState.values()) {
      jobsByState.labels(state.toString()).set(census.jobs().jobs().getOrDefault(state, 0));
    }
    queueAge.set(census.jobs().longestWait().toMillis() / 1e3);
    diskFree.set((double) census.diskFreeBytes());
    diskSize.set((double) census.diskSizeBytes());
    refreshPictures();
  }

  /** How the farm stands cannot be known now; what happens is counted all the same. */
  public void refreshUnknown() {
    for (Gauge gauge : List.of(workersByState, workerLanes, workerCredits, workerLeases)) {
      gauge.clear();
    }
    jobsByState.clear();
    for (Gauge gauge : List.of(queueAge, diskFree, diskSize)) {
      gauge.set(Double.NaN);
    }
    refreshPictures();
  }

  private void refreshPictures() {
    RunningPictures.Sum sum = pictures.sum();
    jobsInPhase.clear();
    sum.phases().forEach((phase, jobs) -> jobsInPhase.labels(phase.toString()).set(jobs));
    checkpointAge.set(sum.checkpointAge().toMillis() / 1e3);
    tilesLeft.set(sum.tilesLeft());
    timeLeft.set(sum.secondsLeft());
  }
}
