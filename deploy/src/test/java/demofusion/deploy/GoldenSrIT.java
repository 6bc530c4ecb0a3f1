package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.NamedFiles;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole pictures of method sr, from words to the file, against the golden ones (golden/README.md,
 * "Whole runs of the modes").
 */
class GoldenSrIT {
  private static final int MOST_LEVELS = 3;
  private static final double MOST_DIFFERING = 0.03;

  private static final LocalLibrary LIBRARY =
      new LocalLibrary(
          List.of(
              new LocalLibrary.Place(
                  LibraryKind.UPSCALER, GoldenData.path("modes-runs/upscalers"))));
  private static final DiffusionModel model = load();

  @TempDir Path temporary;

  private static DiffusionModel load() {
    return ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()))
        .load("cpu", Precision.FLOAT32, LIBRARY::path);
  }

  @AfterAll
  static void closeTheModel() {
    model.close();
  }

  static Stream<String> runs() throws IOException {
    return GoldenModesRun.all()
        .filter(run -> run.path("method").asText().equals("sr"))
        .map(run -> run.get("name").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void equalsTheReferencesPicture(String name) throws IOException {
    Path picture = draw(name, "job", List.of(model), false);

    BufferedImage ours = ImageIO.read(picture.toFile());
    BufferedImage golden = ImageIO.read(GoldenData.path("modes-runs/" + name + ".png").toFile());
    assertThat(ours.getWidth()).isEqualTo(golden.getWidth());
    assertThat(ours.getHeight()).isEqualTo(golden.getHeight());
    long differing = 0;
    int most = 0;
    for (int y = 0; y < golden.getHeight(); y++) {
      for (int x = 0; x < golden.getWidth(); x++) {
        for (int shift = 0; shift <= 16; shift += 8) {
          int one = ours.getRGB(x, y) >> shift & 0xff;
          int other = golden.getRGB(x, y) >> shift & 0xff;
          differing += one == other ? 0 : 1;
          most = Math.max(most, Math.abs(one - other));
        }
      }
    }
    assertThat(most).as("largest difference").isLessThanOrEqualTo(MOST_LEVELS);
    assertThat(differing / (3.0 * golden.getWidth() * golden.getHeight()))
        .as("share of samples that differ")
        .isLessThanOrEqualTo(MOST_DIFFERING);
  }

  @Test
  void givesTheSameFileWithThreeWorkers_andWithThePreview() throws IOException {
    Path alone = draw("sr-x4-old", "alone", List.of(model), false);

    Path together = draw("sr-x4-old", "together", List.of(model, model, model), true);

    assertThat(together).hasSameBinaryContentAs(alone);
    assertThat(together.resolveSibling("phase-1.png")).exists();
    assertThat(alone.resolveSibling("phase-1.png")).doesNotExist();
    try (Stream<Path> left = Files.list(alone.getParent())) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(file -> file.contains("scratch") || file.contains("phase-1.png"));
    }
  }

  private Path draw(String name, String job, List<DiffusionModel> workers, boolean previews)
      throws IOException {
    JsonNode run = GoldenModesRun.named(name);
    String file = run.get("upscaler").asText();
    String upscaler = file.substring(file.indexOf('/') + 1, file.indexOf('.'));
    RenderSpec asked = GoldenModesRun.spec(run);
    RenderSpec spec =
        NamedFiles.find(
            asked.toBuilder()
                .methodSettings(asked.methodSettings().withUpscaler(UpscalerUse.named(upscaler)))
                .build(),
            LIBRARY);
    List<RenderEvent> events = new ArrayList<>();
    try (SingleNode node = SingleNode.start(workers)) {
      ModelId id = ModelId.of(model.card(), ModelSource.of(GoldenData.tinySdxl()));
      RenderEvent last =
          node.render(
                  new JobId(job),
                  temporary.resolve(job),
                  new RenderRequest(spec, id, previews, 0),
                  event -> events.add(event))
              .join();
      assertThat(last).isInstanceOf(RenderEvent.Finished.class);
      assertThat(events)
          .anySatisfy(event -> assertThat(event).isInstanceOf(RenderEvent.Progressed.class));
      return ((RenderEvent.Finished) last).image();
    }
  }
}
