package demofusion.worker.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.worker.model.DeviceMemory;
import demofusion.worker.nvml.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GpuMemoryTest {
  private final List<List<String>> asked = new ArrayList<>();
  private Gpu.@Nullable Identity gpu;

  @Test
  void readsWhatTheDriverSays_andAsksOnlyNowAndThen() {
    GpuMemory memory = memory(1, "", " 1024, 24576");

    assertThat(memory.now()).contains(new DeviceMemory(1L << 30, 24L << 30));
    memory.now();
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0)).endsWith("--id=1");
  }

  @Test
  void asksForTheGpuThatCudaIsShown() {
    memory(1, "3, GPU-5ac1f2", "1, 2").now();

    assertThat(asked.get(0)).endsWith("--id=GPU-5ac1f2");
  }

  @Test
  void asksForTheGpuByItsOwnName_whereThatIsKnown() {
    gpu = new Gpu.Identity("GPU-77", "", "fast", "580.1");
    memory(0, "3", "1, 2").now();

    assertThat(asked.get(0)).endsWith("--id=GPU-77");
  }

  @Test
  void asksForThePartOfAGpuThatCudaIsShown() {
    gpu = new Gpu.Identity("GPU-77", "MIG-8", "fast MIG 1g.10gb", "580.1");
    memory(0, "MIG-8", "[N/A], [N/A]").now();

    assertThat(asked.get(0)).endsWith("--id=MIG-8");
  }

  @Test
  void knowsNothing_whereTheDriverSaysNothingOfIt() {
    assertThat(memory(0, "", "[N/A], [N/A]").now()).isEmpty();
    assertThat(new GpuMemory(0, Optional.empty(), Map.of(), command -> Optional.empty()).now())
        .isEmpty();
  }

  private GpuMemory memory(int number, String visible, String answer) {
    return new GpuMemory(
        number,
        Optional.ofNullable(gpu),
        Map.of("CUDA_VISIBLE_DEVICES", visible),
        command -> {
          asked.add(command);
          return Optional.of(answer);
        });
  }
}
