package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.image.PngRows;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.NamedFiles;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderProgress;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Method sr on a node of one machine, with an upscaler that repeats pixels. */
class SuperResolutionNodeTest {
  /** Native 64 pixels: twice four times that is larger than wanted. */
  private static final ModelGeometry GEOMETRY = new ModelGeometry(8, 4, 8);

  private static final PixelExtent SIZE = new PixelExtent(1600, 800);

  /** 64×32, 256×128 and 1024×512: one tile, one, and four by two. */
  private static final int TILES = 1 + 1 + 8;

  private static final LocalLibrary LIBRARY =
      new LocalLibrary(
          List.of(
              new LocalLibrary.Place(
                  LibraryKind.UPSCALER, GoldenData.path("modes-runs/upscalers"))));

  @TempDir Path folder;

  private static RenderRequest request() {
    RenderSpec spec =
        RenderSpec.of("a lighthouse", 7).toBuilder()
            .size(SIZE)
            .steps(2)
            .method(RenderMethod.SR)
            .methodSettings(MethodSettings.NONE.withUpscaler(UpscalerUse.named("rrdb-x4")))
            .build()
            .withStandards();
    return new RenderRequest(NamedFiles.find(spec, LIBRARY), ModelId.of(model().card()), false, 0);
  }

  private static DiffusionModel model() {
    return new SyntheticModel(SyntheticSettings.of(GEOMETRY));
  }

  @Test
  void drawsTheSameFile_whoeverEnlargesItsTiles() throws IOException {
    List<RenderEvent> events = Collections.synchronizedList(new ArrayList<>());
    Path alone = image("alone", 1, events::add);
    Path together = image("together", 3, event -> {});

    assertThat(together).hasSameBinaryContentAs(alone);
    try (PngRows picture = PngRows.open(alone)) {
      assertThat(picture.extent()).isEqualTo(SIZE);
    }
    assertThat(progress(events).map(RenderProgress::tilesDone).skip(1).toList())
        .endsWith(TILES - 1, TILES);
    RenderProgress last = progress(events).reduce((one, next) -> next).orElseThrow();
    assertThat(last.tiles()).isEqualTo(TILES);
    assertThat(last.pictureTilesDone()).isEqualTo((double) last.pictureTiles());
    assertThat(last.secondsLeft()).isZero();
  }

  @Test
  void beginsItsTilesAgain_whereAnEarlierRunEnded() throws Exception {
    Path whole = image("whole", 1, event -> {});
    Path job = folder.resolve("stopped");

    try (SingleNode node = SingleNode.start(model())) {
      JobId id = new JobId("stopped");
      RenderEvent last =
          node.render(
                  id,
                  job,
                  request(),
                  event -> {
                    if (event instanceof RenderEvent.Progressed at
                        && at.progress().tiles() == TILES
                        && at.progress().tilesDone() == 5) {
                      node.cancel(id);
                    }
                  })
              .join();
      assertThat(last).isInstanceOf(RenderEvent.Failed.class);
      assertThat(((RenderEvent.Failed) last).code()).isEqualTo(FailureCode.CANCELLED);
    }
    assertThat(job.resolve("image.png")).doesNotExist();
    // What a process that is killed leaves there.
    Files.write(job.resolve(".scratch-enlarged.1"), new byte[] {1, 2, 3});
    List<RenderEvent> events = Collections.synchronizedList(new ArrayList<>());
    try (SingleNode node = SingleNode.start(List.of(model(), model()))) {
      RenderEvent last = node.resume(new JobId("stopped"), job, events::add).join();
      assertThat(last).isInstanceOf(RenderEvent.Finished.class);
    }

    assertThat(job.resolve("image.png")).hasSameBinaryContentAs(whole);
    assertThat(progress(events)).hasSize(TILES);
    try (Stream<Path> files = Files.list(job)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .noneMatch(name -> name.startsWith(".scratch") || name.endsWith("phase-1.png"));
    }
  }

  private Path image(String name, int workers, Consumer<RenderEvent> listener) {
    List<DiffusionModel> models = Stream.generate(() -> model()).limit(workers).toList();
    try (SingleNode node = SingleNode.start(models)) {
      RenderEvent last =
          node.render(new JobId(name), folder.resolve(name), request(), listener).join();
      assertThat(last).isInstanceOf(RenderEvent.Finished.class);
      return ((RenderEvent.Finished) last).image();
    }
  }

  private static Stream<RenderProgress> progress(List<RenderEvent> events) {
    return events.stream()
        .filter(event -> event instanceof RenderEvent.Progressed)
        .map(event -> ((RenderEvent.Progressed) event).progress());
  }
}
