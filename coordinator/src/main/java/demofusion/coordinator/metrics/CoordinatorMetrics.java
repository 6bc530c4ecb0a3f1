package demofusion.coordinator.metrics;

import demofusion.coordinator.auditlog.AuditLogObserver;
import demofusion.coordinator.budget.BudgetObserver;
import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.dispatch.BatchTimes;
import demofusion.coordinator.library.store.StoreObserver;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.timing.BarrierTimings;
import demofusion.coordinator.render.timing.TimestepTimings;
import demofusion.coordinator.results.ResultsObserver;
import demofusion.coordinator.usage.UsageObserver;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.WorkerView;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of the coordinator: names, labels, units. What happens is counted as it happens, as
 * an observer; what is (workers, jobs, disk) is taken by {@link #refresh} when somebody looks.
 *
 * <p>Labels are bounded: kinds, codes, states, phases, models, and workers' names. A worker's
 * series stay for an hour after it left, so that rates survive its restart, and go then; see {@link
 * WorkerPoolSeries}. Jobs are never labels.
 */
public final class CoordinatorMetrics implements FarmObserver {
  private static final String WORKER = "worker";
  private static final String KIND = "kind";

  private static final String PREFIX = "demofusion_coordinator_";
  private static final double NANOS = 1e9;

  /** A view takes an H200 some 50 ms, a view batch of 16 a 3090 some seconds, a CPU a minute. */
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
  private final Counter auditsEnded;
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
  private final Histogram.Child betweenPicture;
  private final Histogram.Child betweenEncode;
  private final Histogram.Child betweenCompute;
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
  private final WorkerPoolSeries workers;
  private final RunningPictures pictures;
  private final ModelStoreSeries modelStore;
  private final AuditLogSeries auditLog;
  private final UsageSeries usage;
  private final ResultsSeries results;
  private final BudgetSeries budgets;
  private final WorkLeftSeries workLeft;
  private final JobEvents jobEvents = new JobEvents();
  private final TraceLinks traces = new TraceLinks();

  public CoordinatorMetrics(CollectorRegistry registry, Clock clock) {
    Registrar at = new Registrar(registry, PREFIX);
    workers = new WorkerPoolSeries(WorkerCounters.of(at), clock);
    pictures = new RunningPictures(clock);
    workersCame = at.counter("workers_came_total", "Workers that joined.");
    workersWent =
        at.counter("workers_went_total", "Workers that left, crashed or lost their connection.");
    workersPutAside =
        at.counter(
            "workers_put_aside_total",
            "Workers quarantined for failing on batches that succeeded elsewhere, or for wrong"
                + " answers.");
    auditsEnded =
        at.counter(
            "audits_total",
            "Batches that were drawn twice and compared bit for bit, by what came of it.",
            "outcome");
    for (AuditOutcome outcome : AuditOutcome.values()) {
      auditsEnded.labels(label(outcome));
    }

    queueSeconds =
        byKind(
            at.histogram(
                "batch_queue_seconds",
                "Time that a batch waits for a worker.",
                QUEUE_SECONDS,
                KIND));
    wireSeconds =
        byKind(
            at.histogram(
                "batch_wire_seconds",
                "Time from lease to answer, excluding the worker's part: cutting and network.",
                WIRE_SECONDS,
                KIND));
    waitSeconds =
        byKind(
            at.histogram(
                "batch_wait_seconds",
                "Time that a batch waits at the worker behind the previous one.",
                DEVICE_SECONDS,
                KIND));
    deviceSeconds =
        byKind(
            at.histogram(
                "batch_device_seconds", "Time on the worker's device.", DEVICE_SECONDS, KIND));

    timesteps = at.counter("timesteps_done_total", "Finished timesteps, by phase.", "phase");
    Histogram parts =
        at.histogram(
            "timestep_part_seconds",
            "Where a timestep's time goes; its parts run one after the other.",
            STEP_SECONDS,
            "part");
    scatter = parts.labels("scatter");
    wait = parts.labels("wait");
    fuse = parts.labels("fuse");
    checkpoint = parts.labels("checkpoint");
    barrierRatio =
        at.histogram(
            "timestep_barrier_ratio",
            "Share of the workers' time that a timestep loses waiting for its last batches.",
            RATIOS);
    Histogram between =
        at.histogram(
            "phase_barrier_seconds",
            "Where the time between two phases goes, of methods whose phases begin with a picture;"
                + " its parts run one after the other.",
            STEP_SECONDS,
            "part");
    betweenPicture = between.labels("picture");
    betweenEncode = between.labels("encode");
    betweenCompute = between.labels("compute");
    checkpoints = at.counter("checkpoints_written_total", "Checkpoints written to disk.");

    jobsEnded = at.counter("jobs_ended_total", "Job runs that ended.", "outcome");
    Set.of("finished", "failed", "stopped").forEach(jobsEnded::labels);
    deliveredPixels = at.counter("delivered_pixels_total", "Pixels of finished images.");
    pictureSeconds =
        at.histogram(
            "picture_seconds", "Duration of a finished image's last run.", PICTURE_SECONDS);
    pictureDeviceSeconds =
        at.histogram(
            "picture_device_seconds",
            "Device time of all forward passes of a finished image's last run.",
            PICTURE_SECONDS);

    workersByState = at.gauge("workers", "Connected workers, by state.", "state");
    workerLanes = at.gauge("worker_lanes", "Forward passes that a worker runs at once.", WORKER);
    workerCredits = at.gauge("worker_credits", "Leases that a worker accepts at once.", WORKER);
    workerLeases = at.gauge("worker_leases", "Leases that a worker holds.", WORKER);
    jobsByState = at.gauge("jobs", "Jobs in the data folder.", "state");
    jobsInPhase = at.gauge("jobs_in_phase", "Images currently in this phase.", "phase");
    queueAge =
        at.gauge(
            "queue_age_seconds", "How long the longest waiting job has been queued; 0 if none is.");
    checkpointAge =
        at.gauge(
            "checkpoint_age_seconds",
            "Age of the oldest last checkpoint among running images, which a crash would cost at"
                + " worst; 0 if none runs.");
    tilesLeft = at.gauge("tiles_left", "UNet tiles that all running images still need.");
    timeLeft =
        at.gauge(
            "time_left_seconds",
            "Time until the last running image is finished at the current speed.");
    diskFree = at.gauge("disk_free_bytes", "Free space on the data folder's disk.");
    diskSize = at.gauge("disk_size_bytes", "Size of the data folder's disk.");
    modelStore = new ModelStoreSeries(at);
    auditLog = new AuditLogSeries(at);
    usage = new UsageSeries(at);
    results = new ResultsSeries(at);
    budgets = new BudgetSeries(at);
    workLeft = new WorkLeftSeries(at);
  }

  /** Counts what goes through the store of models. */
  public StoreObserver modelStore() {
    return modelStore;
  }

  /**
   * Gives histograms of jobs exemplars, which name a trace.
   *
   * @param traceOf the trace of a job, where it is traced
   */
  public void linkTo(Function<JobId, Optional<String>> traceOf) {
    traces.by(traceOf);
  }

  /** Counts device time by token. */
  public UsageObserver usage() {
    return usage;
  }

  /** Counts what goes to an object store. */
  public ResultsObserver results() {
    return results;
  }

  /** Says how budgets stand. */
  public BudgetObserver budgets() {
    return budgets;
  }

  /** Counts lines of the audit log. */
  public AuditLogObserver auditLog() {
    return auditLog;
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
  public void quarantined(long count) {
    workersPutAside.inc((double) count);
  }

  @Override
  public void leased(JobId job, BatchKind kind, long queuedNanos) {
    observe(queueSeconds, kind, queuedNanos, traces.of(job));
  }

  @Override
  public void done(JobId job, BatchKind kind, String worker, double tiles, BatchTimes times) {
    workers.of(worker).of(kind).done(tiles, times);
    @Nullable Map<String, String> trace = traces.of(job);
    observe(wireSeconds, kind, times.wireNanos(), trace);
    observe(waitSeconds, kind, times.waitedNanos(), trace);
    observe(deviceSeconds, kind, times.deviceNanos(), trace);
  }

  private static void observe(
      Map<BatchKind, Histogram.Child> children,
      BatchKind kind,
      long nanos,
      @Nullable Map<String, String> trace) {
    Histogram.Child child = children.get(kind);
    if (child != null) {
      child.observeWithExemplar(nanos / NANOS, trace);
    }
  }

  @Override
  public void drawnAgain(BatchKind kind, String worker, double tiles, BatchTimes times) {
    workers.of(worker).of(kind).drawnAgain(tiles, times);
  }

  @Override
  public void audited(AuditOutcome outcome) {
    auditsEnded.labels(label(outcome)).inc();
  }

  private static String label(AuditOutcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void lied(String worker) {
    workers.of(worker).lied();
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
  public void received(RenderEvent event) {
    event.accept(jobEvents);
  }

  /** What is counted of a job's events. */
  private final class JobEvents implements RenderEvent.Visitor {
    @Override
    public void accepted(RenderEvent.Accepted accepted) {}

    @Override
    public void planned(RenderEvent.Planned planned) {
      pictures.begun(planned);
    }

    @Override
    public void warning(RenderEvent.Warning warning) {}

    @Override
    public void progressed(RenderEvent.Progressed progressed) {
      pictures.progressed(progressed);
    }

    @Override
    public void timestepDone(RenderEvent.TimestepDone done) {
      stepped(done.phase().number(), done.timings(), traces.of(done.job()));
    }

    @Override
    public void checkpointWritten(RenderEvent.CheckpointWritten written) {
      checkpoints.inc();
      pictures.saved(written.job());
    }

    @Override
    public void phaseDone(RenderEvent.PhaseDone done) {}

    @Override
    public void barrierPassed(RenderEvent.BarrierPassed passed) {
      between(passed.timings());
    }

    @Override
    public void previewWritten(RenderEvent.PreviewWritten written) {}

    @Override
    public void finished(RenderEvent.Finished finished) {
      jobsEnded.labels("finished").inc();
      @Nullable Map<String, String> trace = traces.of(finished.job());
      pictureSeconds.observeWithExemplar(finished.report().seconds(), trace);
      pictureDeviceSeconds.observeWithExemplar(finished.report().deviceSeconds(), trace);
      deliveredPixels.inc((double) pictures.pixels(finished.job()));
      pictures.ended(finished.job());
    }

    @Override
    public void failed(RenderEvent.Failed failed) {
      jobsEnded.labels(failed.code() == FailureCode.CANCELLED ? "stopped" : "failed").inc();
      pictures.ended(failed.job());
    }
  }

  private void stepped(int phase, TimestepTimings timings, @Nullable Map<String, String> trace) {
    timesteps.labels(Integer.toString(phase)).inc();
    scatter.observeWithExemplar(timings.scatterNanos() / NANOS, trace);
    wait.observeWithExemplar(timings.waitNanos() / NANOS, trace);
    fuse.observeWithExemplar(timings.fuseNanos() / NANOS, trace);
    checkpoint.observeWithExemplar(timings.checkpointNanos() / NANOS, trace);
    barrierRatio.observe(timings.barrierShare());
  }

  private void between(BarrierTimings timings) {
    betweenPicture.observe(timings.pictureNanos() / NANOS);
    betweenEncode.observe(timings.encodeNanos() / NANOS);
    betweenCompute.observe(timings.computeNanos() / NANOS);
  }

  /** Takes how things are; to be called before each look at the registry, by one at a time. */
  public void refresh(FarmSnapshot snapshot) {
    workers.forgetThoseLongGone();
    for (WorkerView.State state : WorkerView.State.values()) {
      workersByState
          .labels(state.toString())
          .set((double) snapshot.workers().stream().filter(one -> one.state() == state).count());
    }
    workerLanes.clear();
    workerCredits.clear();
    workerLeases.clear();
    for (WorkerView worker : snapshot.workers()) {
      workerLanes.labels(worker.name()).inc(worker.lanes());
      workerCredits.labels(worker.name()).inc(worker.credits());
      workerLeases.labels(worker.name()).inc(worker.inHand());
    }
    for (JobState state : JobState.values()) {
      jobsByState.labels(state.toString()).set(snapshot.jobs().jobs().getOrDefault(state, 0));
    }
    queueAge.set(snapshot.jobs().longestWait().toMillis() / 1e3);
    diskFree.set((double) snapshot.diskFreeBytes());
    diskSize.set((double) snapshot.diskSizeBytes());
    workLeft.refresh(snapshot);
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
    workLeft.refreshUnknown();
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
