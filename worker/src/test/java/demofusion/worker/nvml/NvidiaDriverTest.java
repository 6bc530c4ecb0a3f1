package demofusion.worker.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import demofusion.worker.nvml.Gpu.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks stand-ins of the driver's libraries, which a C compiler makes with NVML's own types; where
 * there is none these tests are skipped.
 */
class NvidiaDriverTest {
  @TempDir Path folder;

  @Test
  void tellsAllThatNvmlKnows_inBaseUnits() throws Exception {
    Gpu gpu = driver().gpu(0).orElseThrow();

    Gpu.Reading reading = gpu.now().orElseThrow();

    assertThat(gpu.identity())
        .isEqualTo(
            new Gpu.Identity("GPU-00112233-4455-6677-8899-aabbccddeeff", "", "Card", "580.95.05"));
    assertThat(reading.quantities()).hasSize(Quantity.values().length);
    assertIs(reading, Quantity.POWER, 312.5);
    assertIs(reading, Quantity.POWER_LIMIT, 350);
    assertIs(reading, Quantity.ENERGY, 5000000000.5);
    assertThat(gpu.joules()).hasValue(5000000000.5);
    assertThat(gpu.watts()).hasValue(312.5);
    assertIs(reading, Quantity.TEMPERATURE, 71);
    assertIs(reading, Quantity.CLOCK, 1.395e9);
    assertIs(reading, Quantity.CLOCK_MAX, 2.1e9);
    assertIs(reading, Quantity.MEMORY_CLOCK, 9.501e9);
    assertIs(reading, Quantity.MEMORY_CLOCK_MAX, 9.751e9);
    assertIs(reading, Quantity.UTILIZATION, .97);
    assertIs(reading, Quantity.ECC_CORRECTED, 12);
    assertIs(reading, Quantity.ECC_UNCORRECTED, 1);
    List<ThrottleReason> holds = new ArrayList<>();
    reading.throttled().forEach((reason, now) -> holds.addAll(now ? List.of(reason) : List.of()));
    assertThat(reading.throttled()).hasSize(ThrottleReason.values().length);
    assertThat(holds)
        .containsExactlyInAnyOrder(ThrottleReason.POWER_CAP, ThrottleReason.HW_THERMAL);
  }

  private static void assertIs(Gpu.Reading reading, Quantity quantity, double value) {
    assertThat(reading.quantities().get(quantity))
        .as("%s", quantity)
        .isCloseTo(value, within(1e-6));
  }

  @Test
  void tellsEachXidErrorOnce() throws Exception {
    Gpu gpu = driver().gpu(0).orElseThrow();

    assertThat(gpu.now().orElseThrow().xids()).hasValue(2);
    assertThat(gpu.now().orElseThrow().xids()).hasValue(2);
    assertThat(gpu.now().orElseThrow().lastXid()).isEqualTo(79);
  }

  @Test
  void tellsThePartThatIsUsed_andTheCardItIsOf() throws Exception {
    Gpu gpu = driver("-DPARTITIONED").gpu(0).orElseThrow();

    Gpu.Reading reading = gpu.now().orElseThrow();

    assertThat(gpu.identity().uuid()).isEqualTo("GPU-00112233-4455-6677-8899-aabbccddeeff");
    assertThat(gpu.identity().mig()).isEqualTo("MIG-ab112233-4455-6677-8899-aabbccddeeff");
    assertThat(gpu.identity().name()).isEqualTo("Card MIG 1g.10gb");
    assertThat(reading.quantities())
        .doesNotContainKeys(Quantity.UTILIZATION, Quantity.ECC_CORRECTED, Quantity.ECC_UNCORRECTED);
    assertThat(reading.xids()).isEmpty();
    assertThat(reading.throttled()).isNotEmpty().doesNotContainValue(true); // idle is no reason
  }

  @Test
  void tellsThePowerOfACardThatHasNoCounterOfEnergy() throws Exception {
    Gpu gpu = driver("-DBEFORE_VOLTA").gpu(0).orElseThrow();

    assertThat(gpu.joules()).isEmpty();
    assertThat(gpu.watts()).hasValue(312.5);
    assertThat(gpu.now().orElseThrow().quantities())
        .containsKey(Quantity.POWER)
        .doesNotContainKey(Quantity.ENERGY);
  }

  @Test
  void knowsNoGpuThatCudaDoesNotShow() throws Exception {
    assertThat(driver().gpu(1)).isEmpty();
  }

  @Test
  void knowsNothing_whereThereIsNoDriver() {
    assertThat(new NvidiaDriver("libno-such-cuda.so.1", "libno-such-nvml.so.1").gpu(0)).isEmpty();
  }

  @Test
  void knowsNothing_whereThereIsNoNvml() throws Exception {
    String cuda = stub();

    assertThat(new NvidiaDriver(cuda, "libno-such-nvml.so.1").gpu(0)).isEmpty();
  }

  @Test
  void knowsNothing_whereALibraryIsAnother() {
    assertThat(new NvidiaDriver("libc.so.6", "libc.so.6").gpu(0)).isEmpty();
  }

  private NvidiaDriver driver(String... flags) throws Exception {
    String both = stub(flags);
    return new NvidiaDriver(both, both);
  }

  private String stub(String... flags) throws Exception {
    Path source = folder.resolve("driver.c");
    try (var in = NvidiaDriverTest.class.getResourceAsStream("/nvml/driver.c")) {
      Files.copy(Objects.requireNonNull(in), source);
    }
    Path library = folder.resolve("libdriver.so");
    List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-o"));
    command.add(library.toString());
    command.add(source.toString());
    command.addAll(List.of(flags));
    assumeTrue(runs(command), "no C compiler here");
    return library.toString();
  }

  private static boolean runs(List<String> command) throws InterruptedException {
    try {
      Process compiler = new ProcessBuilder(command).inheritIO().start();
      return compiler.waitFor(1, TimeUnit.MINUTES) && compiler.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
