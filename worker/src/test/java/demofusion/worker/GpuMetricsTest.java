package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.worker.nvml.Gpu;
import demofusion.worker.nvml.Gpu.Quantity;
import demofusion.worker.nvml.Gpu.Reading;
import demofusion.worker.nvml.ThrottleReason;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GpuMetricsTest {
  private final CollectorRegistry registry = new CollectorRegistry();
  private final GpuMetrics metrics = new GpuMetrics(registry);
  private final Card card = new Card();

  /** Tells what a test lets it tell; its driver has told nothing yet. */
  private static final class Card implements Gpu {
    private Optional<Reading> reading = Optional.empty();
    private int asked;

    @Override
    public Identity identity() {
      return new Identity("GPU-7", "", "Card", "580");
    }

    @Override
    public Optional<Reading> now() {
      asked++;
      return reading;
    }
  }

  @Test
  void haveNoSeries_whereThereIsNoGpu() {
    metrics.refresh();

    for (MetricFamilySamples family : Collections.list(registry.metricFamilySamples())) {
      assertThat(family.samples).as(family.name).isEmpty();
    }
  }

  @Test
  void showEachWorkersGpu() {
    metrics.add("one", card);
    card.reading =
        Optional.of(
            new Reading(
                Map.of(Quantity.POWER, 300.5, Quantity.ENERGY, 7e9, Quantity.MEMORY_CLOCK, 9e9),
                Map.of(ThrottleReason.SW_THERMAL, true, ThrottleReason.POWER_CAP, false),
                OptionalInt.of(2),
                79));

    metrics.refresh();

    assertThat(
            registry.getSampleValue(
                "demofusion_worker_gpu_info",
                new String[] {"worker", "uuid", "mig", "name", "driver"},
                new String[] {"one", "GPU-7", "", "Card", "580"}))
        .isEqualTo(1);
    assertThat(value("one", "power_watts")).isEqualTo(300.5);
    assertThat(value("one", "energy_joules_total")).isEqualTo(7e9);
    assertThat(value("one", "clock_hertz", "part", "memory")).isEqualTo(9e9);
    assertThat(value("one", "throttled", "reason", "sw_thermal")).isEqualTo(1);
    assertThat(value("one", "throttled", "reason", "power_cap")).isZero();
    assertThat(value("one", "xid_errors_total")).isEqualTo(2);
    assertThat(value("one", "xid_last")).isEqualTo(79);
    assertThat(value("one", "temperature_celsius")).as("not told").isNull();
    assertThat(value("one", "ecc_errors_total", "kind", "corrected")).as("not told").isNull();
  }

  @Test
  void askAGpuOnce_thatSeveralWorkersShare() {
    metrics.add("one", card);
    metrics.add("two", new Card()); // each model has opened it for itself
    card.reading = power(100);

    metrics.refresh();

    assertThat(card.asked).isEqualTo(1);
    assertThat(value("one", "power_watts")).isEqualTo(100);
    assertThat(value("two", "power_watts")).isEqualTo(100);
  }

  @Test
  void forgetWhatIsNotToldAnyMore_butNotWhatWasCounted() {
    metrics.add("one", card);
    card.reading =
        Optional.of(
            new Reading(
                Map.of(Quantity.POWER, 100.0, Quantity.ENERGY, 5.0),
                Map.of(ThrottleReason.HW_SLOWDOWN, true),
                OptionalInt.of(1),
                79));
    metrics.refresh();
    card.reading = Optional.empty(); // off the bus

    metrics.refresh();

    assertThat(value("one", "power_watts")).isNull();
    assertThat(value("one", "throttled", "reason", "hw_slowdown")).isNull();
    assertThat(value("one", "energy_joules_total")).isEqualTo(5);
    assertThat(value("one", "xid_errors_total")).isEqualTo(1);
  }

  private static Optional<Reading> power(double watts) {
    return Optional.of(
        new Reading(Map.of(Quantity.POWER, watts), Map.of(), OptionalInt.empty(), 0));
  }

  private @Nullable Double value(String worker, String name, String... label) {
    String[] names =
        label.length == 0
            ? new String[] {"worker", "uuid"}
            : new String[] {"worker", "uuid", label[0]};
    String[] values =
        label.length == 0
            ? new String[] {worker, "GPU-7"}
            : new String[] {worker, "GPU-7", label[1]};
    return registry.getSampleValue("demofusion_worker_gpu_" + name, names, values);
  }
}
