package demofusion.coordinator.diffusion.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.protocol.GoldenData;
import demofusion.protocol.Laws;
import demofusion.protocol.latent.LatentExtent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalWindowsTest {
  @Test
  void drawsTheReferencesWindows() throws IOException {
    for (JsonNode run : new ObjectMapper().readTree(GoldenData.path("views.json").toFile())) {
      int window = run.get("window").asInt();
      int stride = run.get("stride").asInt();
      boolean jitter = run.get("jitter").asBoolean();
      LocalWindows windows =
          new LocalWindows(
              new LatentExtent(run.get("height").asInt(), run.get("width").asInt()),
              window,
              stride);
      PythonRandom random = new PythonRandom(run.get("seed").asLong());
      int padding = jitter ? LocalWindows.jitterRange(window, stride) : 0;
      for (JsonNode round : run.get("rounds")) {
        List<Window> drawn = jitter ? windows.jittered(random) : windows.unjittered();

        assertThat(drawn).hasSize(round.size());
        for (int n = 0; n < drawn.size(); n++) {
          JsonNode wanted = round.get(n);
          int top = wanted.get(0).asInt();
          int left = wanted.get(2).asInt();
          assertThat(drawn.get(n).movedBy(padding, padding))
              .isEqualTo(
                  new Window(top, left, wanted.get(1).asInt() - top, wanted.get(3).asInt() - left));
        }
      }
    }
  }

  @Test
  void coversEverySample_whateverTheSizesAndTheJitter() {
    Laws.forAll(
        300,
        draw ->
            coversEverySample(
                draw.between(1, 60),
                draw.between(1, 60),
                draw.between(1, 16),
                draw.between(0, 1000)));
  }

  private static void coversEverySample(int height, int width, int stride, int seed) {
    LatentExtent extent = new LatentExtent(height, width);
    LocalWindows windows = new LocalWindows(extent, 16, stride);
    int[] count = new int[extent.area()];

    List<Window> drawn = windows.jittered(new PythonRandom(seed));
    drawn.forEach(window -> WindowCopy.count(count, extent, window, 0, height));

    assertThat(count).doesNotContain(0);
    assertThat(drawn).hasSize(windows.count());
  }

  @Test
  void isOneWindowOfTheAxisLength_whenTheAxisIsShorterThanTheWindow() {
    List<Window> windows = new LocalWindows(new LatentExtent(9, 32), 16, 8).unjittered();

    assertThat(windows)
        .containsExactly(
            new Window(0, 0, 9, 16), new Window(0, 8, 9, 16), new Window(0, 16, 9, 16));
  }
}
