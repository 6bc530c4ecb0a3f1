package demofusion.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
  @Test
  void readsTheMachines() {
    assertThat(
            DeviceMemory.parse(
                List.of("MemTotal:       1000 kB", "MemFree:  10 kB", "MemAvailable:   400 kB")))
        .contains(new DeviceMemory(600 * 1024, 1000 * 1024));
    assertThat(DeviceMemory.parse(List.of("nothing"))).isEmpty();
  }
}
