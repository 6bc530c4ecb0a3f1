package demofusion.coordinator.metrics;

import demofusion.protocol.api.WorkerView;
import demofusion.protocol.model.ModelId;
import io.prometheus.client.Gauge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an autoscaler should look at: work that waits, in time of a GPU, and the same over the GPUs
 * that are there.
 *
 * <pre>
 *   work left (GPU-seconds) = Σ over unfinished jobs: guided views left · seconds a view takes
 *   backlog (seconds)       = Σ over models: work left / max(1, ready workers with the model)
 * </pre>
 *
 * <p>How long jobs wait, or how many there are, says nothing about how many GPUs would help: a job
 * may take seconds or hours. With a target T for the backlog, ⌈work left / T⌉ GPUs are wanted,
 * however many there are now.
 *
 * <p>The seconds of a view are those of the workers that have, or last had, the job's model:
 * workers over the sum of their views per second, so that a GPU-second is one of the average
 * worker. Before any of them answered they are {@link #ASSUMED_SECONDS}. Decoding is not counted.
 */
final class WorkLeftSeries {
  /** A guided view of SDXL on an RTX 3090, about; only before there is anything better. */
  static final double ASSUMED_SECONDS = 0.5;

  /** Models whose speed is remembered without workers. */
  static final int MOST_REMEMBERED = 64;

  private final Gauge work;
  private final Gauge backlog;

  /** Seconds of a guided view by the model's hash; the longest known first. */
  private final Map<String, Double> secondsOfView = new LinkedHashMap<>();

  WorkLeftSeries(Registrar at) {
    work =
        at.gauge(
            "work_left_gpu_seconds",
            "Time of one GPU that the unfinished jobs of a model still need, without decoding.",
            "model");
    backlog =
        at.gauge(
            "backlog_seconds",
            "Time that the ready workers need for all unfinished jobs; as one worker where none is.");
  }

  synchronized void refresh(FarmSnapshot snapshot) {
    List<WorkerView> workers = snapshot.workers();
    workers.forEach(worker -> learn(worker.modelHash(), workers));
    work.clear();
    workers.forEach(worker -> work.labels(worker.model()));
    double backlogSeconds = 0;
    for (Map.Entry<ModelId, Double> left : snapshot.jobs().tilesLeft().entrySet()) {
      ModelId model = left.getKey();
      double seconds = left.getValue() * secondsOfView.getOrDefault(model.hash(), ASSUMED_SECONDS);
      work.labels(model.name()).inc(seconds);
      backlogSeconds += seconds / Math.max(1, ready(model, workers));
    }
    backlog.set(backlogSeconds);
  }

  private void learn(String hash, List<WorkerView> workers) {
    double[] speeds =
        workers.stream()
            .filter(worker -> worker.modelHash().equals(hash))
            .mapToDouble(WorkerView::tilesPerSecond)
            .filter(perSecond -> perSecond > 0)
            .toArray();
    double all = 0;
    for (double speed : speeds) {
      all += speed;
    }
    if (all > 0) {
      secondsOfView.remove(hash);
      secondsOfView.put(hash, speeds.length / all);
      if (secondsOfView.size() > MOST_REMEMBERED) {
        secondsOfView.remove(secondsOfView.keySet().iterator().next());
      }
    }
  }

  private static long ready(ModelId model, List<WorkerView> workers) {
    return workers.stream()
        .filter(worker -> worker.state() == WorkerView.State.READY)
        .filter(worker -> worker.modelHash().equals(model.hash()))
        .count();
  }

  /** Not 0, which would say that nobody is needed. */
  synchronized void refreshUnknown() {
    work.clear();
    backlog.set(Double.NaN);
  }
}
