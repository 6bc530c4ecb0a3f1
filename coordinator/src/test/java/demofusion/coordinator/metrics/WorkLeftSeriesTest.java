package demofusion.coordinator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkLeftSeriesTest {
  private static final ModelId SDXL = model("sdxl", "a");
  private static final ModelId SD15 = model("sd15", "b");

  private final CollectorRegistry registry = new CollectorRegistry();
  private final WorkLeftSeries series = new WorkLeftSeries(new Registrar(registry, "x_"));

  @Test
  void isTheTimeOfOneGpu_andThatOverThoseThatAreThere() {
    // 3 views/s by two GPUs: two thirds of a GPU-second each
    look(Map.of(SDXL, 900.0), worker("one", SDXL, 1), worker("two", SDXL, 2));

    assertThat(work("sdxl")).isEqualTo(600);
    assertThat(backlog()).isEqualTo(300);
  }

  @Test
  void asksForTheSameGpus_howeverManyThereAre() {
    look(Map.of(SDXL, 900.0), worker("one", SDXL, 2));
    Double withOne = work("sdxl");
    look(Map.of(SDXL, 900.0), worker("one", SDXL, 2), worker("two", SDXL, 2));

    assertThat(work("sdxl")).isEqualTo(withOne).isEqualTo(450);
  }

  @Test
  void remembersHowFastTheyWere_whenNoneIsLeft() {
    look(Map.of(), worker("one", SDXL, 4));
    look(Map.of(SDXL, 100.0));

    assertThat(work("sdxl")).isEqualTo(25);
    assertThat(backlog()).as("one will come").isEqualTo(25);
  }

  @Test
  void assumesASpeed_beforeAnybodyAnswered() {
    look(Map.of(SDXL, 100.0), worker("new", SDXL, 0));

    assertThat(work("sdxl")).isEqualTo(50);
  }

  @Test
  void keepsModelsApart_andLeavesOutThoseThatDrain() {
    look(
        Map.of(SDXL, 100.0, SD15, 10.0),
        worker("one", SDXL, 1),
        with(worker("two", SDXL, 1), WorkerView.State.DRAINING),
        worker("three", SD15, 2));

    assertThat(work("sdxl")).isEqualTo(100);
    assertThat(work("sd15")).isEqualTo(5);
    assertThat(backlog()).isCloseTo(105, within(1e-9));
  }

  @Test
  void isZeroWithoutWork_andNothingWhenNotKnown() {
    look(Map.of(), worker("one", SDXL, 1));
    assertThat(work("sdxl")).isZero();
    assertThat(backlog()).isZero();

    series.refreshUnknown();

    assertThat(work("sdxl")).isNull();
    assertThat(backlog()).isNaN();
  }

  private void look(Map<ModelId, Double> tilesLeft, WorkerView... workers) {
    Jobs.Counts jobs = new Jobs.Counts(Map.of(), Duration.ZERO, tilesLeft);
    series.refresh(new FarmSnapshot(List.of(workers), jobs, 0, 0));
  }

  private Double work(String model) {
    return registry.getSampleValue(
        "x_work_left_gpu_seconds", new String[] {"model"}, new String[] {model});
  }

  private Double backlog() {
    return registry.getSampleValue("x_backlog_seconds");
  }

  private static ModelId model(String name, String hash) {
    return new ModelId(
        new ModelKind(hash, Precision.FLOAT16, "cuda"), new ModelSource(name, null, null));
  }

  private static WorkerView worker(String name, ModelId model, double viewsPerSecond) {
    return view(name, WorkerView.State.READY, model.name(), model.hash(), viewsPerSecond);
  }

  private static WorkerView with(WorkerView of, WorkerView.State state) {
    return view(of.name(), state, of.model(), of.modelHash(), of.tilesPerSecond());
  }

  private static WorkerView view(
      String name, WorkerView.State state, String model, String hash, double viewsPerSecond) {
    return new WorkerView(
        name,
        state,
        null,
        model,
        hash,
        "float16",
        "cuda:0",
        1024,
        2,
        4,
        1,
        0,
        0,
        viewsPerSecond,
        null,
        null,
        Instant.EPOCH);
  }
}
