package demofusion.worker.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.worker.model.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GpuMemoryTest {
  private final List<List<String>> asked = new ArrayList<>();

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
  void knowsNothing_whereTheDriverSaysNothingOfIt() {
    assertThat(memory(0, "", "[N/A], [N/A]").now()).isEmpty();
    assertThat(new GpuMemory(0, Map.of(), command -> Optional.empty()).now()).isEmpty();
  }

  private GpuMemory memory(int number, String visible, String answer) {
    return new GpuMemory(
        number,
        Map.of("CUDA_VISIBLE_DEVICES", visible),
        command -> {
          asked.add(command);
          return Optional.of(answer);
        });
  }
}
