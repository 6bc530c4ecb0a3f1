package demofusion.worker.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.worker.nvml.Gpu;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CardMetersTest {
  private final CardMeters meters = new CardMeters();

  /** As each model opens it for itself. */
  private record Card(String uuid, String mig, double[] counter) implements Gpu {
    @Override
    public Identity identity() {
      return new Identity(uuid, mig, "Card", "580");
    }

    @Override
    public Optional<Reading> now() {
      return Optional.empty();
    }

    @Override
    public OptionalDouble joules() {
      return OptionalDouble.of(counter[0]);
    }
  }

  @Test
  void knowWhichWorkersShareACard() {
    double[] counter = {10};
    CardMeter.Batch one = meters.begin(Optional.of(new Card("GPU-1", "", counter)));
    CardMeter.Batch two = meters.begin(Optional.of(new Card("GPU-1", "", counter)));
    CardMeter.Batch other = meters.begin(Optional.of(new Card("GPU-2", "", counter)));
    counter[0] = 30;

    assertThat(one.end().joules()).isCloseTo(10, within(1e-9));
    assertThat(two.end().joules()).isCloseTo(10, within(1e-9));
    assertThat(other.end().joules()).isCloseTo(20, within(1e-9));
  }

  @Test
  void areSilentOnACpu_andOfAPartOfACard() {
    assertThat(meters.begin(Optional.empty()).end()).isEqualTo(Energy.UNKNOWN);
    assertThat(meters.begin(Optional.of(new Card("GPU-1", "MIG-7", new double[1]))).end())
        .isEqualTo(Energy.UNKNOWN);
  }

  @Test
  void samplePowerOnAThreadThatNoProcessWaitsFor() throws InterruptedException {
    CountDownLatch samples = new CountDownLatch(3);
    Gpu card =
        new Gpu() {
          @Override
          public Identity identity() {
            return new Identity("GPU-3", "", "Old card", "470");
          }

          @Override
          public Optional<Reading> now() {
            return Optional.empty();
          }

          @Override
          public OptionalDouble watts() {
            if (Thread.currentThread().getName().equals("gpu-power")
                && Thread.currentThread().isDaemon()) {
              samples.countDown();
            }
            return OptionalDouble.of(120);
          }
        };

    CardMeter.Batch batch = meters.begin(Optional.of(card));
    samples.await();

    assertThat(batch.end().source()).isEqualTo(EnergySource.POWER);
  }
}
