package demofusion.coordinator.diffusion.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.GoldenData;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PythonRandomTest {
  @Test
  void drawsWhatPythonDraws() throws IOException {
    JsonNode streams = new ObjectMapper().readTree(GoldenData.path("python-randint.json").toFile());

    assertThat(streams).hasSize(5);
    for (JsonNode stream : streams) {
      PythonRandom random = new PythonRandom(stream.get("seed").asLong());
      for (JsonNode draw : stream.get("draws")) {
        assertThat(random.randint(draw.get("a").asInt(), draw.get("b").asInt()))
            .as("seed %s, %s", stream.get("seed"), draw)
            .isEqualTo(draw.get("value").asInt());
      }
    }
  }

  @Test
  void seedsByTheAbsoluteValue() {
    assertThat(new PythonRandom(-42).randint(0, 1 << 30))
        .isEqualTo(new PythonRandom(42).randint(0, 1 << 30));
  }

  @Test
  void continuesWhereItWasSaved() {
    PythonRandom random = new PythonRandom(5);
    for (int n = 0; n < 700; n++) {
      random.randint(-16, 16);
    }

    PythonRandom restored = PythonRandom.restore(random.save());

    for (int n = 0; n < 700; n++) {
      assertThat(restored.randint(-16, 16)).isEqualTo(random.randint(-16, 16));
    }
  }

  @Test
  void refusesAnEmptyRange() {
    assertThatThrownBy(() -> new PythonRandom(0).randint(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 3 to 2");
  }
}
