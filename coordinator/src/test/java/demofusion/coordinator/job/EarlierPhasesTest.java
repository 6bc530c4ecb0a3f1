package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Steering;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A larger picture that goes on from a smaller one; native pictures have 64 pixels here. */
class EarlierPhasesTest {
  private static final RenderSpec SMALL = Renders.spec().size(128, 128).steps(3).build();

  @TempDir Path folder;

  private static JobRequest larger(RenderSpec of, int width, int height, JobId after) {
    return larger(of, width, height, after, null);
  }

  private static JobRequest larger(
      RenderSpec of, int width, int height, JobId after, @Nullable Integer phases) {
    return new JobRequest(
        of.sized(new PixelExtent(width, height)),
        null,
        false,
        0,
        null,
        null,
        null,
        new JobRequest.Earlier(after, phases));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void givesTheBitsOfAWholeRender_ofItsOwnRequest(int phases) {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("w");
      JobId first = fixture.accepted(JobKeeperFixture.request(SMALL));
      fixture.await(first, JobState.DONE);

      JobId second = fixture.accepted(larger(SMALL, 256, 256, first, phases));
      fixture.await(second, JobState.DONE);

      RenderSpec whole = JobFolder.peek(fixture.folder(second)).orElseThrow().spec();
      assertThat(whole.size()).isEqualTo(new PixelExtent(256, 256));
      assertThat(whole.targetSize()).isEqualTo(new PixelExtent(128, 128));
      assertThat(fixture.latent(second, whole)).isEqualTo(JobKeeperFixture.sequentially(whole));
    }
  }

  /** Regions too, whose feathers are measured in the picture's pixels. */
  @Test
  void givesThoseBits_withRegions() {
    RenderSpec withRegions =
        SMALL.toBuilder()
            .regions(
                new RegionSettings(
                    List.of(
                        new Region(
                            RegionRectangle.parse("0,0,0.5,1"), null, "a house", null, 1.0, 24.0),
                        new Region(
                            RegionRectangle.parse("0.4,0.3,1,0.8"),
                            null,
                            "a lake",
                            "fog",
                            null,
                            null)),
                    0.25))
            .build();
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("w");
      JobId first = fixture.accepted(JobKeeperFixture.request(withRegions));
      fixture.await(first, JobState.DONE);
      RenderSpec small = JobFolder.peek(fixture.folder(first)).orElseThrow().spec();
      assertThat(fixture.latent(first, small)).isEqualTo(JobKeeperFixture.sequentially(small));

      JobId second = fixture.accepted(larger(withRegions, 256, 256, first));
      fixture.await(second, JobState.DONE);

      RenderSpec whole = JobFolder.peek(fixture.folder(second)).orElseThrow().spec();
      assertThat(whole.regions().regions().get(0).feather()).isEqualTo(48);
      assertThat(fixture.latent(second, whole)).isEqualTo(JobKeeperFixture.sequentially(whole));
    }
  }

  /** A model that is told no sizes would refuse them. */
  @Test
  void tellsNoSizes_toAModelThatIsToldNone() {
    ModelGeometry untold = new ModelGeometry(8, 4, 8, new ModelInputs(1, 11, false));
    EarlierPhases earlier = new EarlierPhases("a", folder, Renders.plan(SMALL, untold));

    RenderSpec larger = earlier.enlarged(new PixelExtent(256, 256));

    assertThat(larger.originalSize()).isNull();
    assertThat(larger.targetSize()).isNull();
    assertThat(Renders.plan(larger, untold).phases()).hasSize(4);
  }

  @Test
  void givesThoseBits_alongALadderThatWasAskedFor() {
    RenderSpec laddered =
        Renders.spec().size(192, 192).steps(3).build().toBuilder()
            .methodSettings(
                MethodSettings.NONE
                    .withPhases(new PhaseScales(List.of(1, 3)))
                    .withStrengths(new PhaseStrengths(List.of(0.7))))
            .build();
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("w");
      JobId first = fixture.accepted(JobKeeperFixture.request(laddered));
      fixture.await(first, JobState.DONE);

      JobId second = fixture.accepted(larger(laddered, 320, 320, first));
      fixture.await(second, JobState.DONE);

      RenderSpec whole = JobFolder.peek(fixture.folder(second)).orElseThrow().spec();
      assertThat(whole.methodSettings().phases()).isEqualTo(new PhaseScales(List.of(1, 3, 5)));
      assertThat(fixture.latent(second, whole)).isEqualTo(JobKeeperFixture.sequentially(whole));
      assertThat(fixture.folder(second).resolve("phase-2.safetensors"))
          .hasSameBinaryContentAs(fixture.folder(first).resolve("phase-2.safetensors"));
    }
  }

  @Test
  void endsALadderAtTheNewSize_whereThatLiesBetweenItsPhases() {
    RenderSpec laddered =
        Renders.spec().size(256, 256).build().toBuilder()
            .methodSettings(MethodSettings.NONE.withPhases(new PhaseScales(List.of(1, 2, 4))))
            .build();
    EarlierPhases earlier = new EarlierPhases("a", folder, Renders.plan(laddered, Renders.SMALL));

    RenderSpec larger = earlier.enlarged(new PixelExtent(192, 192));

    assertThat(larger.methodSettings().phases()).isEqualTo(new PhaseScales(List.of(1, 2, 3)));
  }

  @Test
  void givesThoseBits_whenTheReferencesOdditiesDrawFromTheStreamToo() {
    RenderSpec odd = Renders.spec().size(128, 96).steps(2).referenceOddities().build();
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("w");
      JobId first = fixture.accepted(JobKeeperFixture.request(odd));
      fixture.await(first, JobState.DONE);

      JobId second = fixture.accepted(larger(odd, 256, 192, first));
      fixture.await(second, JobState.DONE);

      RenderSpec whole = JobFolder.peek(fixture.folder(second)).orElseThrow().spec();
      assertThat(fixture.latent(second, whole)).isEqualTo(JobKeeperFixture.sequentially(whole));
    }
  }

  @Test
  void doesNotDoThePhasesAgain() throws Exception {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("w");
      JobId first = fixture.accepted(JobKeeperFixture.request(SMALL));
      fixture.await(first, JobState.DONE);

      JobId second = fixture.accepted(larger(SMALL, 192, 192, first));

      for (int phase : new int[] {1, 2}) {
        String name = "phase-" + phase + ".safetensors";
        assertThat(fixture.folder(second).resolve(name))
            .hasSameBinaryContentAs(fixture.folder(first).resolve(name));
      }
      JobView done = fixture.await(second, JobState.DONE);
      assertThat(done.progress()).isNotNull();
      assertThat(Files.exists(fixture.folder(second).resolve("phase-3.safetensors"))).isTrue();
    }
  }

  @Test
  void refusesAnotherShape_andASizeThatIsNotLarger() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("w");
      JobId first = fixture.accepted(JobKeeperFixture.request(SMALL));
      fixture.await(first, JobState.DONE);

      assertThat(fixture.refused(larger(SMALL, 256, 128, first)).userMessage())
          .contains("keep its aspect ratio");
      assertThat(fixture.refused(larger(SMALL, 64, 64, first)).userMessage())
          .contains("choose a larger size");
      assertThat(fixture.refused(larger(SMALL, 256, 256, first, 3)).userMessage())
          .contains("must be between 1 and 2");
      assertThat(fixture.refused(larger(SMALL, 256, 256, new JobId("nobody"))).userMessage())
          .contains("the files of job nobody no longer exist");
    }
  }

  /** 128x96 and 256x200 begin with the same phases, and cut 0.75 and 0.78 of a square. */
  @Test
  void sharesNoPhase_whoseControlPictureIsCutOtherwise() {
    ControlUse cropped = cropped(Steering.on(Steering.picture(200, 200)));
    EarlierPhases earlier = drawn(conditions(cropped), 128, 96);

    RenderPlan same = larger(earlier, 256, 192);
    RenderPlan other = larger(earlier, 256, 200);

    assertThat(other.phases().get(0)).isEqualTo(same.phases().get(0));
    assertThat(earlier.shared(same, null)).isEqualTo(2);
    assertThatThrownBy(() -> earlier.shared(other, null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("has another aspect ratio than job a of 128x96");
    EarlierPhases stretched = drawn(conditions(Steering.on(Steering.picture(128, 95))), 128, 96);
    assertThat(stretched.shared(larger(stretched, 256, 192), null)).isEqualTo(2);
    EarlierPhases plain = drawn(SMALL, 128, 96);
    assertThat(plain.shared(larger(plain, 256, 200), null)).isEqualTo(2);
  }

  /** Their feathers are of pixels, which are not as high as they are wide there. */
  @Test
  void sharesNoPhase_whoseRegionsHaveOtherEdges() {
    Region half = new Region(RegionRectangle.parse("0,0,1,0.5"), null, "a house", null, null, 40.0);
    RenderSpec withRegion = SMALL.toBuilder().regions(new RegionSettings(List.of(half), 0)).build();
    EarlierPhases earlier = drawn(withRegion, 128, 96);

    assertThat(earlier.shared(larger(earlier, 256, 192), null)).isEqualTo(2);
    assertThat(earlier.shared(larger(earlier, 288, 216), null)).isEqualTo(2);
    assertThatThrownBy(() -> earlier.shared(larger(earlier, 256, 200), null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("its regions lie otherwise");
  }

  private static RenderSpec conditions(ControlUse use) {
    return SMALL.toBuilder()
        .conditions(new ConditionSettings(List.of(use), List.of(), null))
        .build();
  }

  private static ControlUse cropped(ControlUse use) {
    return new ControlUse(
        use.network(),
        use.facts(),
        use.type(),
        use.picture(),
        use.weights(),
        use.span(),
        use.mode(),
        use.askedResize(),
        ControlFit.CROP,
        use.make());
  }

  /** A job whose first phases are there. */
  private EarlierPhases drawn(RenderSpec spec, int width, int height) {
    RenderSpec sized = spec.sized(new PixelExtent(width, height));
    EarlierPhases earlier = new EarlierPhases("a", folder, Renders.plan(sized, Renders.SMALL));
    try {
      for (int phase = 1; phase <= 2; phase++) {
        if (!Files.exists(earlier.latent(phase))) {
          Files.createFile(earlier.latent(phase));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return earlier;
  }

  private static RenderPlan larger(EarlierPhases earlier, int width, int height) {
    return Renders.plan(earlier.enlarged(new PixelExtent(width, height)), Renders.SMALL);
  }
}
