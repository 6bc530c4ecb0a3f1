package demofusion.coordinator.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLimitTest {
  private static final int WANTED = 12_000;

  @ParameterizedTest
  @CsvSource({
    "1048576, 12000", // what containers have
    "65536, 12000", // what the systemd unit says
    "20000, 12000",
    "4096, 3072",
    "1024, 768",
    "300, 44",
    "256, 16"
  })
  void leavesHandlesForEverythingElse(long handles, int connections) {
    assertThat(new ConnectionLimit(handles, 8L << 30).connections(false, WANTED))
        .isEqualTo(connections);
  }

  @ParameterizedTest
  @CsvSource({
    "4096, true, 12000",
    "2048, true, 8192",
    "512, true, 2048",
    "512, false, 10922",
    "128, false, 2730"
  })
  void leavesHalfTheHeap(long mebibytes, boolean areEncrypted, int connections) {
    assertThat(new ConnectionLimit(1 << 20, mebibytes << 20).connections(areEncrypted, WANTED))
        .isEqualTo(connections);
  }

  @Test
  void knowsThisProcess() {
    ConnectionLimit here = ConnectionLimit.ofThisProcess();

    assertThat(here.handles()).isPositive();
    assertThat(here.heapBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
  }
}
