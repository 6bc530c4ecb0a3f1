package demofusion.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryLimitTest {
  @ParameterizedTest
  @CsvSource({"8GB, 8589934592", "8g, 8589934592", "7.5 GiB, 8053063680", "6144M, 6442450944"})
  void readsSizesAsCardsAreSold(String text, long bytes) {
    assertThat(MemoryLimit.parse(text)).isEqualTo(MemoryLimit.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "lots", "-1GB", "0GB", "1e9G"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> MemoryLimit.parse(text))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("memory");
  }

  @Test
  void isSharedByAllModelsOfADevice() {
    assertThat(MemoryLimit.parse("8GB").sharedBy(2)).isEqualTo(MemoryLimit.parse("4GB"));
    assertThat(MemoryLimit.parse("auto").sharedBy(2)).isEqualTo(MemoryLimit.AUTO);
  }
}
