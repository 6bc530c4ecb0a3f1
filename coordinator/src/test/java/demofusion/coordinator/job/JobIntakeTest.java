package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.budget.Budgets;
import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.job.record.JobIds;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.UnetShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a farm's library has to do with a job is known before the job is. */
class JobIntakeTest {
  private static final JobIntake.Header HEADER =
      new JobIntake.Header(
          new JobIds.Name(new JobId("20261130-100000-0001"), Instant.EPOCH), "ada", null, null);

  /** Width of the embeddings mycat and dragon. */
  private static final int WIDTH = 16;

  @TempDir Path folder;

  @Test
  void takesAnEmbeddingAsWideAsTheModelsContext() {
    assertThat(accepted("a dragon", WIDTH).additions().embeddings())
        .extracting(EmbeddingUse::word)
        .containsExactly("dragon");
  }

  @Test
  void refusesAnEmbeddingOfAnotherWidth_beforeAnythingIsKept() throws Exception {
    for (String word : List.of("dragon", "mycat")) { // diffusers' layout and A1111's
      assertThatThrownBy(() -> accepted("a " + word, 24))
          .isInstanceOfSatisfying(
              DemofusionException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
          .hasMessage(
              "the embedding "
                  + word
                  + " has vectors 16 wide, made for another model, and this model's text encoders"
                  + " take 24: choose a model that it is made for, or leave the word out of the"
                  + " prompt");
    }
    assertThat(Files.exists(folder.resolve("jobs").resolve(HEADER.name().id().value()))).isFalse();
  }

  @Test
  void addsTheWidthsOfSdxlsTwoEncoders() {
    ModelInputs sdxl = ModelInputs.SDXL;

    assertThat(accepted("mydog", sdxl.with(shape(16 + 24))).additions().embeddings()).hasSize(1);
    assertThatThrownBy(() -> accepted("mydog", sdxl.with(shape(2048))))
        .hasMessageContaining("mydog has vectors 40 wide")
        .hasMessageContaining("take 2048");
  }

  @Test
  void takesAnyWidth_whereTheModelDidNotTellItsOwn() {
    assertThat(accepted("mycat", new ModelInputs(1, 1, false)).additions().embeddings()).hasSize(1);
  }

  private RenderSpec accepted(String prompt, int contextWidth) {
    return accepted(prompt, new ModelInputs(1, 1, false).with(shape(contextWidth)));
  }

  private RenderSpec accepted(String prompt, ModelInputs inputs) {
    ModelCard card = FakeWorker.CARD;
    ModelGeometry small = card.geometry();
    ModelCard told =
        new ModelCard(
            card.name(),
            card.hash(),
            new ModelGeometry(
                small.sampleSize(), small.latentChannels(), small.vaeScaleFactor(), inputs),
            card.scheduler(),
            card.precision(),
            card.device());
    try (DataFolder data = DataFolder.open(folder)) {
      JobIntake intake =
          new JobIntake(
              data,
              Limits.DEFAULT,
              1L << 30,
              new LocalLibrary(
                  List.of(new Place(LibraryKind.EMBEDDING, GoldenData.path("models/embeddings")))),
              Budgets.none());
      RenderSpec spec = JobKeeperFixture.QUICK.toBuilder().prompts(Prompts.of(prompt)).build();
      intake.accept(JobKeeperFixture.request(spec), HEADER, told);
      return JobFolder.peek(data.job(HEADER.name().id())).orElseThrow().spec();
    }
  }

  private static UnetShape shape(int contextWidth) {
    return new UnetShape(contextWidth, List.of());
  }
}
