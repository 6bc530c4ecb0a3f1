package demofusion.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.CropCorner;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobFolderTest {
  private static final ModelId MODEL =
      new ModelId(
          new ModelKind("0123456789abcdef", Precision.FLOAT16, "cuda"),
          new ModelSource("sdxl", "fp16", "fp16-fix"));

  /** Nothing in it is a default. */
  private static final RenderRequest EVERYTHING =
      new RenderRequest(
          RenderSpec.of("", Long.MAX_VALUE).toBuilder()
              .prompts(new Prompts("a \"lighthouse\"\nat sunset — über", "oil", "", "blurry"))
              .size(new PixelExtent(2048, 1536))
              .steps(31)
              .guidance(new Guidance(6.25f, 0.5f))
              .scheduler(SchedulerKind.DPMPP_2M_SDE_KARRAS)
              .stride(40)
              .unit(ViewBatchSize.half())
              .fusion(new FusionSettings(0.9, 2.5, 1.25, 0.1))
              .method(RenderMethod.MULTIDIFFUSION)
              .ablations(new DemoFusionParts(false, true, false, true, false))
              .source(
                  new SourcePicture(
                      new Tensor(new int[] {3, 1, 2}, new float[] {1, -1, 0, .5f, 0, 1}), 0.7))
              .originalSize(new PixelExtent(640, 480))
              .crop(new CropCorner(3, 5))
              .referenceOddities(true)
              .threads(2)
              .regions(
                  new RegionSettings(
                      List.of(
                          new Region(
                              RegionRectangle.parse("0,0.25,0.5,1"), null, "a house", "", 2.0, 8.0),
                          new Region(null, mask(), "a boat", null, null, null)),
                      0.5))
              .build(),
          MODEL,
          true,
          7);

  private static final RenderRequest DEFAULTS =
      new RenderRequest(RenderSpec.of("a lighthouse", 1).withStandards(), MODEL, false, 0);

  private static RegionMask mask() {
    try {
      return RegionMask.of(
          Files.readAllBytes(GoldenData.path("conditioning/pictures/region-mask.png")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Regions' masks come back with their pixels, as a plan needs them. */
  @Test
  void readsTheMasksOfRegions() {
    JobFolder.create(path(), EVERYTHING).close();

    try (JobFolder folder = JobFolder.open(path())) {
      RegionMask mask =
          Objects.requireNonNull(folder.request().spec().regions().regions().get(1).mask());
      assertThat(mask.pixels())
          .hasValueSatisfying(
              pixels -> assertThat(pixels.extent()).isEqualTo(new PixelExtent(96, 96)));
    }
  }

  @TempDir Path temporary;

  private Path path() {
    return temporary.resolve("renders").resolve("job");
  }

  @Test
  void givesTheRequestBack_thePicturesPixelsIncluded() {
    JobFolder.create(path(), EVERYTHING).close();

    try (JobFolder folder = JobFolder.open(path())) {
      assertThat(folder.request()).isEqualTo(EVERYTHING);
    }
  }

  @Test
  void givesTheDefaultsBack() {
    JobFolder.create(path(), DEFAULTS).close();

    try (JobFolder folder = JobFolder.open(path())) {
      assertThat(folder.request()).isEqualTo(DEFAULTS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"steps\" : 50', '\"steps\" : 0', steps 0 must be between",
    "'\"steps\" : 50', '\"steps\" : null', steps",
    "'\"steps\" : 50', '\"steps\" : 49.5', steps",
    "'\"steps\" : 50', '\"steps\" : 50, \"stpes\" : 50', stpes",
    "'\"steps\" : 50,', '', steps",
    "'\"method\" : \"DEMOFUSION\"', '\"method\" : \"MAGIC\"', MAGIC",
    "'\"method\" : \"DEMOFUSION\"', '\"method\" : 0', method",
    "'\"seed\" : 1', '\"seed\" : -1', seed -1 must be",
    "'\"priority\" : 0', '\"priority\" : 0 } }', not valid JSON",
  })
  void refusesARequestThatWasTamperedWith(String there, String instead, String sentence)
      throws IOException {
    JobFolder.create(path(), DEFAULTS).close();
    Path file = path().resolve("request.json");
    String json = Files.readString(file);
    assertThat(json).contains(there);
    Files.writeString(file, json.replace(there, instead));

    DemofusionException failure = openingFails();

    assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST);
    assertThat(failure.userMessage()).contains("request.json", sentence).doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{}", "{\"spec\": 1}", "\u0000"})
  void refusesWhatIsNoRequest(String json) throws IOException {
    JobFolder.create(path(), DEFAULTS).close();
    Files.writeString(path().resolve("request.json"), json);

    assertThat(openingFails().code()).isEqualTo(FailureCode.BAD_REQUEST);
  }

  @Test
  void refusesAFolderWithoutARequest() throws IOException {
    Files.createDirectories(path());

    assertThat(openingFails().userMessage()).contains("request.json");
  }

  @Test
  void isForOneAtATime() {
    try (JobFolder first = JobFolder.create(path(), DEFAULTS)) {
      assertThat(openingFails().userMessage()).contains("already being rendered");
      assertThat(first.path()).exists();
    }
    JobFolder.open(path()).close();
  }

  @Test
  void holdsOneJobOnly() {
    JobFolder.create(path(), DEFAULTS).close();

    DemofusionException failure =
        catchThrowableOfType(
            DemofusionException.class, () -> JobFolder.create(path(), DEFAULTS).close());

    assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST);
  }

  @Test
  void cannotBeCreated_whereAFileIsInTheWay() throws IOException {
    Files.writeString(temporary.resolve("renders"), "a file");

    DemofusionException failure =
        catchThrowableOfType(
            DemofusionException.class, () -> JobFolder.create(path(), DEFAULTS).close());

    assertThat(failure.code()).isEqualTo(FailureCode.STORAGE);
  }

  @Test
  void givesTheLastCheckpointBack() {
    try (JobFolder folder = JobFolder.create(path(), DEFAULTS)) {
      assertThat(folder.readCheckpoint()).isEmpty();
      folder.writeCheckpoint(state(1));
      folder.writeCheckpoint(state(2));

      RenderState last = folder.readCheckpoint().orElseThrow();
      assertThat(last.scalars()).isEqualTo(state(2).scalars());
      assertThat(last.tensor("latent").toTensor()).isEqualTo(state(2).tensor("latent").toTensor());
    }
  }

  @Test
  void refusesACheckpointThatWasCutOff_orHasABitFlipped() throws IOException {
    try (JobFolder folder = JobFolder.create(path(), DEFAULTS)) {
      folder.writeCheckpoint(state(1));
      Path file = path().resolve("checkpoint.safetensors");
      byte[] whole = Files.readAllBytes(file);
      for (int n = 0; n < whole.length; n += 7) {
        byte[] cut = Arrays.copyOf(whole, n);
        Files.write(file, cut);
        assertThat(checkpointFailure(folder).userMessage())
            .contains("checkpoint.safetensors")
            .doesNotContain("\n");
      }
      for (int n = 0; n < whole.length; n++) {
        byte[] flipped = whole.clone();
        flipped[n] ^= 1;
        Files.write(file, flipped);
        assertThat(checkpointFailure(folder).code()).isEqualTo(FailureCode.STORAGE);
      }
    }
  }

  @Test
  void refusesTheCheckpointOfARequest_thatDiffersInItsSeedOnly() throws IOException {
    RenderRequest otherSeed = new RenderRequest(RenderSpec.of("a lighthouse", 2), MODEL, false, 0);

    assertThat(checkpointOf(otherSeed, DEFAULTS).userMessage())
        .contains("checkpoint.safetensors", "it belongs to a different request")
        .doesNotContain("\n");
  }

  @Test
  void refusesTheCheckpointOfARequest_thatStartsFromAnotherPicture() throws IOException {
    SourcePicture source = Objects.requireNonNull(EVERYTHING.spec().source());
    Tensor darker = new Tensor(new int[] {3, 1, 2}, new float[] {1, -1, 0, .5f, 0, .875f});
    RenderRequest otherPicture =
        new RenderRequest(
            EVERYTHING.spec().withSource(new SourcePicture(darker, source.strength())),
            MODEL,
            EVERYTHING.previews(),
            EVERYTHING.priority());

    assertThat(checkpointOf(otherPicture, EVERYTHING).userMessage())
        .contains("it belongs to a different request");
  }

  /** What is said of one job's checkpoint in another's folder. */
  private DemofusionException checkpointOf(RenderRequest other, RenderRequest own)
      throws IOException {
    Path elsewhere = temporary.resolve("other");
    try (JobFolder folder = JobFolder.create(elsewhere, other)) {
      folder.writeCheckpoint(state(1));
    }
    JobFolder.create(path(), own).close();
    Files.copy(
        elsewhere.resolve("checkpoint.safetensors"), path().resolve("checkpoint.safetensors"));
    try (JobFolder folder = JobFolder.open(path())) {
      return checkpointFailure(folder);
    }
  }

  @Test
  void resumesFromItsOwnCheckpoint_whenItIsOpenedAgain() {
    try (JobFolder folder = JobFolder.create(path(), EVERYTHING)) {
      folder.writeCheckpoint(state(1));
    }

    try (JobFolder folder = JobFolder.open(path())) {
      assertThat(folder.readCheckpoint()).isPresent();
    }
  }

  @Test
  void keepsEveryPhasesLatent() {
    Latent latent = Latent.zeros(4, new LatentExtent(2, 3));
    latent.samples()[5] = 0.25f;
    try (JobFolder folder = JobFolder.create(path(), DEFAULTS)) {
      folder.writePhase(3, latent);

      assertThat(folder.hasPhase(3)).isTrue();
      assertThat(folder.hasPhase(2)).isFalse();
      assertThat(folder.readPhase(3).toTensor()).isEqualTo(latent.asTensor());
    }
  }

  private DemofusionException openingFails() {
    return catchThrowableOfType(DemofusionException.class, () -> JobFolder.open(path()).close());
  }

  private static DemofusionException checkpointFailure(JobFolder folder) {
    return catchThrowableOfType(DemofusionException.class, folder::readCheckpoint);
  }

  private static RenderState state(int step) {
    return new RenderState(
        Map.of(
            "latent", Samples.of(new Tensor(new int[] {1, 1, 2, 2}, new float[] {1, 2, 3, step}))),
        Map.of("step", Integer.toString(step), "torch", "AAAA"));
  }
}
