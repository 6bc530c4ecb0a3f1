package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.worker.energy.Energy;
import demofusion.worker.energy.EnergySource;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import io.prometheus.client.CollectorRegistry;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class WorkerMetricsTest {
  private static final Work TILE = new Work.DecodeLatent(Tensor.zeros(4, 8, 8), AssetId.NONE, 1);

  private final CollectorRegistry registry = new CollectorRegistry();
  private final WorkerMetrics metrics = new WorkerMetrics(registry);
  private final DiffusionModel model =
      new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)).withLanes(3));
  private final WorkObserver worker = metrics.of("gpu-1", model);

  @Test
  void countsWhatItDid_andHowLongThatTook() {
    worker.done(TILE, 250_000_000, 1_500_000_000);

    assertThat(value("batches_done_total", "kind", "vae")).isEqualTo(1);
    assertThat(value("tiles_done_total", "kind", "vae")).isEqualTo(1);
    assertThat(value("batch_device_seconds_sum", "kind", "vae")).isEqualTo(1.5);
    assertThat(value("batch_wait_seconds_sum")).isEqualTo(.25);
  }

  @Test
  void beginsAtZero_soThatTheFirstFailureIsAnIncrease() {
    assertThat(value("batches_failed_total", "code", "not_finite")).isZero();

    worker.failed(TILE, FailureCode.NOT_FINITE);

    assertThat(value("batches_failed_total", "code", "not_finite")).isEqualTo(1);
  }

  @Test
  void countsEnergy_byHowItIsKnown() {
    worker.took(new Energy(12.5, EnergySource.COUNTER));
    worker.took(new Energy(7, EnergySource.COUNTER));
    worker.took(new Energy(3, EnergySource.POWER));
    worker.took(new Energy(Double.NaN, EnergySource.POWER)); // not told this time

    assertThat(value("energy_joules_total", "source", "counter")).isEqualTo(19.5);
    assertThat(value("energy_joules_total", "source", "power")).isEqualTo(3);
  }

  @Test
  void countsNoEnergy_whereNothingTellsIt() {
    worker.took(Energy.UNKNOWN);

    assertThat(Collections.list(registry.metricFamilySamples()))
        .filteredOn(family -> family.name.contains("energy"))
        .isNotEmpty()
        .allSatisfy(family -> assertThat(family.samples).isEmpty());
  }

  @Test
  void countsOn_whenTheWorkerLivesAgain() {
    worker.done(TILE, 1, 1);

    metrics.of("gpu-1", model).done(TILE, 1, 1);

    assertThat(value("batches_done_total", "kind", "vae")).isEqualTo(2);
  }

  @Test
  void showsTheDevice() {
    worker.holds(2, 1);
    metrics.joined();
    metrics.refresh();

    assertThat(value("lanes")).isEqualTo(3);
    assertThat(value("batches_running")).isEqualTo(2);
    assertThat(value("batches_waiting")).isEqualTo(1);
    assertThat(registry.getSampleValue("demofusion_worker_joined")).isEqualTo(1);
    assertThat(value("device_memory_size_bytes")).isPositive();
    assertThat(value("device_memory_used_bytes"))
        .isPositive()
        .isLessThan(value("device_memory_size_bytes"));
  }

  @Test
  void tellsNothingOfLoras_whereThereAreNone() {
    metrics.refresh();

    assertThat(value("lora_sets")).isZero();
    assertThat(value("lora_set_bytes")).isZero();
    assertThat(value("lora_merges_total")).isZero();
    assertThat(value("lora_merge_seconds_total")).isZero();
  }

  private Double value(String name, String... label) {
    String[] names =
        label.length == 0 ? new String[] {"worker"} : new String[] {"worker", label[0]};
    String[] values = label.length == 0 ? new String[] {"gpu-1"} : new String[] {"gpu-1", label[1]};
    return registry.getSampleValue("demofusion_worker_" + name, names, values);
  }
}
