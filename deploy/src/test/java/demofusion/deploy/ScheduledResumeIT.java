package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.coordinator.library.NamedFiles;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A picture whose prompt changes from step to step and names a LoRA, beside one that the request
 * does, with the tiny model: stopped anywhere and taken up again, by a worker that has drawn
 * nothing of it, it is the same picture, byte for byte.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScheduledResumeIT {
  private static final int STEPS = 6;
  private static final LocalLibrary LIBRARY =
      new LocalLibrary(
          List.of(
              new Place(LibraryKind.LORA, GoldenData.path("models/lora")),
              new Place(LibraryKind.EMBEDDING, GoldenData.path("models/embeddings"))));

  private Path folder = Path.of("");
  private final List<DiffusionModel> models = new ArrayList<>();
  private RenderSpec spec = RenderSpec.of("", 1);

  @BeforeAll
  void drawWhole(@TempDir Path temporary) {
    folder = temporary;
    for (int n = 0; n < 2; n++) {
      models.add(
          ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()))
              .load("cpu", Precision.FLOAT32, LIBRARY::path));
    }
    spec = spec("[a cat:mydog:3] on [a mat|the roof], (sleeping:1.2) <lora:loha:0.5:0.25>");
    assertThat(spec.additions().loras()).hasSize(2);
    draw("whole", spec, 0, event -> {});
  }

  @AfterAll
  void close() {
    models.forEach(DiffusionModel::close);
  }

  private static RenderSpec spec(String prompt) {
    RenderSpec asked =
        RenderSpec.of("", 7).toBuilder()
            .prompts(new Prompts(prompt, null, "[blurred::2]", null))
            .promptSyntax(PromptSyntax.WEIGHTED)
            .loras(List.of(LoraUse.named("kohya", 0.8, 0.6)))
            .size(new PixelExtent(256, 256))
            .steps(STEPS)
            .build()
            .withStandards();
    return NamedFiles.find(asked, LIBRARY);
  }

  private RenderEvent draw(
      String name, RenderSpec what, int model, Consumer<RenderEvent> listener) {
    DiffusionModel drawing = models.get(model);
    try (SingleNode node = SingleNode.start(drawing)) {
      return node.render(
              new JobId(name),
              folder.resolve(name),
              new RenderRequest(what, ModelId.of(drawing.card()), false, 0),
              listener)
          .join();
    }
  }

  /** After so many timesteps of its phases together. */
  private void stop(String name, int timesteps) {
    AtomicInteger done = new AtomicInteger();
    try (SingleNode node = SingleNode.start(models.get(0))) {
      RenderEvent last =
          node.render(
                  new JobId(name),
                  folder.resolve(name),
                  new RenderRequest(spec, ModelId.of(models.get(0).card()), false, 0),
                  event -> {
                    if (event instanceof RenderEvent.TimestepDone
                        && done.incrementAndGet() == timesteps) {
                      node.cancel(new JobId(name));
                    }
                  })
              .join();
      assertThat(((RenderEvent.Failed) last).code()).isEqualTo(FailureCode.CANCELLED);
    }
  }

  private float[] latent(String name) {
    return SafetensorsFile.open(folder.resolve(name).resolve("phase-2.safetensors"))
        .tensor("phase2.final")
        .values();
  }

  @Test
  void goesOnWithTheVeryPromptsAndLoras_whereverItWasStopped() throws Exception {
    // before, at and behind the changes of step 2 and 3, in the first phase and in the second
    for (int timesteps : new int[] {2, 4, STEPS, STEPS + 3, STEPS + 5}) {
      String name = "stopped-after-" + timesteps;
      stop(name, timesteps);
      assertThat(folder.resolve(name).resolve("image.png")).doesNotExist();

      try (SingleNode node = SingleNode.start(models.get(1))) {
        RenderEvent last = node.resume(new JobId(name), folder.resolve(name), event -> {}).join();
        assertThat(last).isInstanceOf(RenderEvent.Finished.class);
      }

      assertThat(latent(name)).as(name).isEqualTo(latent("whole"));
      assertThat(Files.readAllBytes(folder.resolve(name).resolve("image.png")))
          .as(name)
          .isEqualTo(Files.readAllBytes(folder.resolve("whole").resolve("image.png")));
    }
  }

  /** Else the test above would say nothing. */
  @Test
  void isAnotherPictureWithoutEitherOfThem() {
    draw("unscheduled", spec("a cat on a mat, (sleeping:1.2) <lora:loha:0.5:0.25>"), 0, e -> {});
    draw(
        "other-loras", spec("[a cat:mydog:3] on [a mat|the roof], (sleeping:1.2)"), 0, event -> {});

    assertThat(latent("unscheduled")).isNotEqualTo(latent("whole"));
    assertThat(latent("other-loras")).isNotEqualTo(latent("whole"));
  }
}
