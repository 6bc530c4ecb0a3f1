package demofusion.coordinator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.dispatch.BatchTimes;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.timing.BarrierTimings;
import demofusion.coordinator.render.timing.TimestepTimings;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.latent.LatentExtent;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoordinatorMetricsTest {
  private static final JobId JOB = new JobId("0123456789abcdef");
  private static final Phase PHASE =
      new Phase(2, new LatentExtent(16, 16), 2, Phase.Start.UPSCALED, Phase.Paths.LOCAL);

  private final CollectorRegistry registry = new CollectorRegistry();
  private final SetClock clock = new SetClock();
  private final CoordinatorMetrics metrics = new CoordinatorMetrics(registry, clock);

  @Test
  void countsTilesAndBatches_byWorkerAndKind() {
    metrics.came("gpu-1");

    metrics.done(
        JOB, BatchKind.LOCAL, "gpu-1", 4, new BatchTimes(1_000_000, 2_000_000, 500_000_000));
    metrics.done(JOB, BatchKind.LOCAL, "gpu-1", 0.5, new BatchTimes(1_000_000, 0, 500_000_000));

    assertThat(value("batches_done_total", "worker", "gpu-1", "kind", "local")).isEqualTo(2);
    assertThat(value("tiles_done_total", "worker", "gpu-1", "kind", "local")).isEqualTo(4.5);
    assertThat(value("device_seconds_total", "worker", "gpu-1", "kind", "local")).isEqualTo(1);
    assertThat(value("batch_device_seconds_count", "kind", "local")).isEqualTo(2);
    assertThat(value("batch_wire_seconds_sum", "kind", "local")).isEqualTo(.002);
  }

  @Test
  void beginsAtZero_soThatTheFirstFailureIsAnIncrease() {
    metrics.came("gpu-1");

    assertThat(failures("gpu-1", "not_finite")).isZero();
    metrics.failed(BatchKind.GLOBAL, "gpu-1", 1, FailureCode.NOT_FINITE);
    assertThat(failures("gpu-1", "not_finite")).isEqualTo(1);
  }

  @Test
  void keepsItsCounts_whenAWorkerIsAwayForAMoment() {
    metrics.came("gpu-1");
    metrics.late(BatchKind.VAE, "gpu-1", 1);

    metrics.went("gpu-1");
    clock.pass(WorkerPoolSeries.KEPT.minusSeconds(1));
    metrics.came("gpu-1");
    clock.pass(WorkerPoolSeries.KEPT);
    metrics.refresh(census());

    assertThat(value("batches_late_total", "worker", "gpu-1", "kind", "vae")).isEqualTo(1);
  }

  @Test
  void forgetsAWorker_whenItIsGoneForGood() {
    metrics.refresh(census());
    int before = series();
    metrics.came("gpu-1");
    metrics.failed(BatchKind.LOCAL, "gpu-1", 1, FailureCode.INTERNAL);
    metrics.again(BatchKind.LOCAL, "gpu-1", 1, FarmObserver.Again.FAILED);
    metrics.speculated(BatchKind.LOCAL, "gpu-1", 1);

    metrics.went("gpu-1");
    clock.pass(WorkerPoolSeries.KEPT);
    metrics.refresh(census());

    assertThat(series()).isEqualTo(before);
  }

  @Test
  void isBounded_whenEachStartOfAWorkerMakesUpAName() {
    for (int n = 0; n < WorkerPoolSeries.MOST_ABSENT; n++) {
      metrics.came("host-" + n);
      metrics.went("host-" + n);
    }
    int most = series();

    for (int n = 0; n < 1000; n++) {
      metrics.came("host-again-" + n);
      metrics.went("host-again-" + n);
    }

    assertThat(series()).isEqualTo(most);
  }

  @Test
  void takesWhatCannotBeLaidToAnybody() {
    metrics.late(BatchKind.LOCAL, "nobody knows", 1);

    assertThat(value("batches_late_total", "worker", "gone", "kind", "local")).isEqualTo(1);
  }

  @Test
  void splitsATimestep() {
    metrics.received(
        new RenderEvent.TimestepDone(
            JOB,
            PHASE,
            new TimestepTimings(
                1_000_000_000, 2_000_000_000, 3_000_000_000L, 4_000_000_000L, 0.25)));

    assertThat(value("timesteps_done_total", "phase", "2")).isEqualTo(1);
    assertThat(value("timestep_part_seconds_sum", "part", "scatter")).isEqualTo(1);
    assertThat(value("timestep_part_seconds_sum", "part", "wait")).isEqualTo(2);
    assertThat(value("timestep_part_seconds_sum", "part", "checkpoint")).isEqualTo(3);
    assertThat(value("timestep_part_seconds_sum", "part", "fuse")).isEqualTo(4);
    assertThat(value("timestep_barrier_ratio_sum")).isEqualTo(0.25);
  }

  @Test
  void leadsToTheTraceOfAJob_whereThereIsOne() {
    metrics.linkTo(job -> job.equals(JOB) ? Optional.of("0af7651916cd43dd") : Optional.empty());
    TimestepTimings timings = new TimestepTimings(0, 0, 0, 0, 0);

    metrics.received(new RenderEvent.TimestepDone(new JobId("untraced"), PHASE, timings));
    assertThat(exemplars()).isEmpty();
    metrics.received(new RenderEvent.TimestepDone(JOB, PHASE, timings));
    assertThat(exemplars())
        .containsOnlyKeys("scatter", "wait", "checkpoint", "fuse")
        .containsEntry("fuse", "trace_id 0af7651916cd43dd");
  }

  @Test
  void leadsFromABatchsTimesToItsTrace() {
    metrics.linkTo(job -> job.equals(JOB) ? Optional.of("0af7651916cd43dd") : Optional.empty());
    BatchTimes times = new BatchTimes(1_000_000, 2_000_000, 500_000_000);

    metrics.leased(new JobId("untraced"), BatchKind.LOCAL, 7);
    metrics.done(new JobId("untraced"), BatchKind.LOCAL, "gpu-1", 4, times);
    assertThat(exemplars()).isEmpty();
    metrics.leased(JOB, BatchKind.LOCAL, 7);
    metrics.done(JOB, BatchKind.GLOBAL, "gpu-1", 4, times);
    assertThat(exemplars())
        .containsOnlyKeys("local", "global")
        .containsEntry("local", "trace_id 0af7651916cd43dd");
    assertThat(familiesWithExemplars())
        .containsExactlyInAnyOrder(
            "demofusion_coordinator_batch_queue_seconds",
            "demofusion_coordinator_batch_wire_seconds",
            "demofusion_coordinator_batch_wait_seconds",
            "demofusion_coordinator_batch_device_seconds");
  }

  private List<String> familiesWithExemplars() {
    return Collections.list(registry.metricFamilySamples()).stream()
        .filter(family -> family.samples.stream().anyMatch(sample -> sample.exemplar != null))
        .map(family -> family.name)
        .toList();
  }

  /** By the first label: parts of timesteps, kinds of batches. */
  private Map<String, String> exemplars() {
    Map<String, String> found = new HashMap<>();
    for (Collector.MetricFamilySamples family : Collections.list(registry.metricFamilySamples())) {
      for (Collector.MetricFamilySamples.Sample sample : family.samples) {
        if (sample.exemplar != null) {
          found.put(
              sample.labelValues.get(0),
              sample.exemplar.getLabelName(0) + " " + sample.exemplar.getLabelValue(0));
        }
      }
    }
    return found;
  }

  @Test
  void splitsWhatLiesBetweenTwoPhases() {
    metrics.received(
        new RenderEvent.BarrierPassed(
            JOB, PHASE, new BarrierTimings(9, 1_000_000_000, 2_000_000_000, 3_000_000_000L)));

    assertThat(value("phase_barrier_seconds_sum", "part", "picture")).isEqualTo(1);
    assertThat(value("phase_barrier_seconds_sum", "part", "encode")).isEqualTo(2);
    assertThat(value("phase_barrier_seconds_sum", "part", "compute")).isEqualTo(3);
    assertThat(value("phase_barrier_seconds_count", "part", "encode")).isEqualTo(1);
  }

  @Test
  void showsTheFarmAsItIs_andForgetsWhoIsNotThere() {
    metrics.refresh(census(worker("gpu-1", WorkerView.State.READY)));
    assertThat(value("workers", "state", "ready")).isEqualTo(1);
    assertThat(value("worker_credits", "worker", "gpu-1")).isEqualTo(4);

    metrics.refresh(census(worker("gpu-2", WorkerView.State.ASIDE)));

    assertThat(value("workers", "state", "ready")).isZero();
    assertThat(value("workers", "state", "aside")).isEqualTo(1);
    assertThat(value("worker_credits", "worker", "gpu-1")).isNull();
    assertThat(value("jobs", "state", "queued")).isEqualTo(3);
    assertThat(value("queue_age_seconds")).isEqualTo(90);
    assertThat(value("disk_free_bytes")).isEqualTo(1000);
  }

  @Test
  void showsNothingOld_whenNobodyAnswers() {
    metrics.refresh(census(worker("gpu-1", WorkerView.State.READY)));

    metrics.refreshUnknown();

    assertThat(value("workers", "state", "ready")).isNull();
    assertThat(value("worker_credits", "worker", "gpu-1")).isNull();
    assertThat(value("queue_age_seconds")).isNaN();
  }

  @Test
  void hasNoLabelOfAJob() {
    metrics.came("gpu-1");
    metrics.done(JOB, BatchKind.LOCAL, "gpu-1", 1, new BatchTimes(1, 1, 1));
    metrics.received(new RenderEvent.CheckpointWritten(JOB));
    metrics.received(new RenderEvent.Failed(JOB, FailureCode.STORAGE, "gone"));
    metrics.refresh(census(worker("gpu-1", WorkerView.State.READY)));

    for (Collector.MetricFamilySamples family : Collections.list(registry.metricFamilySamples())) {
      for (Collector.MetricFamilySamples.Sample sample : family.samples) {
        assertThat(sample.labelValues).doesNotContain(JOB.toString());
        assertThat(sample.labelNames)
            .isSubsetOf(
                "worker", "kind", "code", "reason", "state", "phase", "part", "model", "outcome",
                "le");
      }
    }
  }

  private Double failures(String worker, String code) {
    return value("batches_failed_total", "worker", worker, "kind", "global", "code", code);
  }

  private Double value(String name, String... labels) {
    String[] names = new String[labels.length / 2];
    String[] values = new String[labels.length / 2];
    for (int n = 0; n < names.length; n++) {
      names[n] = labels[2 * n];
      values[n] = labels[2 * n + 1];
    }
    return registry.getSampleValue("demofusion_coordinator_" + name, names, values);
  }

  private int series() {
    int all = 0;
    for (Collector.MetricFamilySamples family : Collections.list(registry.metricFamilySamples())) {
      all += family.samples.size();
    }
    return all;
  }

  private static FarmSnapshot census(WorkerView... workers) {
    return new FarmSnapshot(
        List.of(workers),
        new Jobs.Counts(Map.of(JobState.QUEUED, 3), Duration.ofSeconds(90), Map.of()),
        1000,
        2000);
  }

  private static WorkerView worker(String name, WorkerView.State state) {
    return new WorkerView(
        name,
        state,
        null,
        "model",
        "hash",
        "float16",
        "cuda:0",
        1024,
        2,
        4,
        1,
        0,
        0,
        0,
        null,
        null,
        Instant.EPOCH);
  }

  /** Stands still until it is told. */
  private static final class SetClock extends Clock {
    private Instant now = Instant.EPOCH;

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
