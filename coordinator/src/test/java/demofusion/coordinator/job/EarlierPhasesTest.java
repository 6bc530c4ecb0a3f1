package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.RenderSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A larger picture that goes on from a smaller one; native pictures have 64 pixels here. */
class EarlierPhasesTest {
  private static final RenderSpec SMALL = Renders.spec().size(128, 128).steps(3).build();

  @TempDir Path folder;

  private static Order larger(RenderSpec of, int width, int height, JobId after) {
    return larger(of, width, height, after, null);
  }

  private static Order larger(
      RenderSpec of, int width, int height, JobId after, @Nullable Integer phases) {
    return new Order(
        of.sized(new PixelExtent(width, height)),
        null,
        false,
        0,
        null,
        null,
        null,
        new Order.Earlier(after, phases));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void givesTheBitsOfAWholeRender_ofItsOwnRequest(int phases) {
    try (Office office = Office.open(folder)) {
      office.addDiligent("w");
      JobId first = office.accepted(Office.order(SMALL));
      office.await(first, JobState.DONE);

      JobId second = office.accepted(larger(SMALL, 256, 256, first, phases));
      office.await(second, JobState.DONE);

      RenderSpec whole = JobFolder.peek(office.folder(second)).orElseThrow().spec();
      assertThat(whole.size()).isEqualTo(new PixelExtent(256, 256));
      assertThat(whole.targetSize()).isEqualTo(new PixelExtent(128, 128));
      assertThat(office.latent(second, whole)).isEqualTo(Office.sequentially(whole));
    }
  }

  @Test
  void givesThoseBits_whenTheReferencesOdditiesDrawFromTheStreamToo() {
    RenderSpec odd = Renders.spec().size(128, 96).steps(2).referenceOddities().build();
    try (Office office = Office.open(folder)) {
      office.addDiligent("w");
      JobId first = office.accepted(Office.order(odd));
      office.await(first, JobState.DONE);

      JobId second = office.accepted(larger(odd, 256, 192, first));
      office.await(second, JobState.DONE);

      RenderSpec whole = JobFolder.peek(office.folder(second)).orElseThrow().spec();
      assertThat(office.latent(second, whole)).isEqualTo(Office.sequentially(whole));
    }
  }

  @Test
  void doesNotDoThePhasesAgain() throws Exception {
    try (Office office = Office.open(folder)) {
      office.addDiligent("w");
      JobId first = office.accepted(Office.order(SMALL));
      office.await(first, JobState.DONE);

      JobId second = office.accepted(larger(SMALL, 192, 192, first));

      for (int phase : new int[] {1, 2}) {
        String name = "phase-" + phase + ".safetensors";
        assertThat(office.folder(second).resolve(name))
            .hasSameBinaryContentAs(office.folder(first).resolve(name));
      }
      JobView done = office.await(second, JobState.DONE);
      assertThat(done.progress()).isNotNull();
      assertThat(Files.exists(office.folder(second).resolve("phase-3.safetensors"))).isTrue();
    }
  }

  @Test
  void refusesAnotherShape_andASizeThatIsNotLarger() {
    try (Office office = Office.open(folder)) {
      office.addDiligent("w");
      JobId first = office.accepted(Office.order(SMALL));
      office.await(first, JobState.DONE);

      assertThat(office.refused(larger(SMALL, 256, 128, first)).sentence())
          .contains("keep its shape");
      assertThat(office.refused(larger(SMALL, 64, 64, first)).sentence())
          .contains("ask for a larger one");
      assertThat(office.refused(larger(SMALL, 256, 256, first, 3)).sentence())
          .contains("must be between 1 and 2");
      assertThat(office.refused(larger(SMALL, 256, 256, new JobId("nobody"))).sentence())
          .contains("no picture of job nobody");
    }
  }
}
