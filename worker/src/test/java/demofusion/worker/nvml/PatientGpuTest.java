package demofusion.worker.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PatientGpuTest {
  private static final Gpu.Identity IDENTITY = new Gpu.Identity("GPU-1", "", "Card", "1");

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch answers = new CountDownLatch(1);

  /** A card off the bus: its driver answers when the latch opens. */
  private final Gpu hanging =
      new Gpu() {
        @Override
        public Identity identity() {
          return IDENTITY;
        }

        @Override
        public Optional<Reading> now() {
          asked.incrementAndGet();
          try {
            answers.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Optional.of(Reading.NOTHING);
        }
      };

  @Test
  void knowsNothing_whileTheDriverHangs_andAsksItOnce() {
    Gpu gpu = new PatientGpu(hanging, Duration.ofMillis(50));

    assertThat(gpu.now()).isEmpty();
    assertThat(gpu.now()).isEmpty();

    assertThat(asked).hasValue(1);
    assertThat(gpu.joules()).isEmpty(); // another question, asked once as well
    assertThat(gpu.joules()).isEmpty();
    assertThat(gpu.watts()).isEmpty(); // and another
    assertThat(gpu.watts()).isEmpty();
    assertThat(asked).hasValue(3);
    assertThat(gpu.identity()).isEqualTo(IDENTITY);
  }

  @Test
  void asksAgain_onceTheDriverHasAnswered() throws Exception {
    Gpu gpu = new PatientGpu(hanging, Duration.ofMillis(50));
    assertThat(gpu.now()).isEmpty();

    answers.countDown();
    while (gpu.now().isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }

    assertThat(asked).hasValueGreaterThan(1);
  }

  @Test
  void knowsNothing_whenTheQuestionFails() {
    Gpu failing =
        new Gpu() {
          @Override
          public Identity identity() {
            return IDENTITY;
          }

          @Override
          public Optional<Reading> now() {
            throw new IllegalStateException("provoked");
          }
        };

    assertThat(new PatientGpu(failing, Duration.ofSeconds(10)).now()).isEmpty();
  }
}
