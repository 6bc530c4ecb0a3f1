package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.coordinator.dispatch.ledger.Urgency;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A picture that the next phase waits for: its rows first, then the file. */
@ExtendWith(LogCapturingExtension.class)
class PictureAssemblyTest {
  private static final RenderPlan PLAN = Farm.plan(ToyMethod.DETAIL.spec());
  private static final PhaseResult RESULT = // of several tiles
      Render.begin(PLAN).run(Renders::toyPrediction, new ToyPictures()).get(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Farm farm = new Farm();
  private final TestProbe<PictureAssembly.Outcome> outcomes = farm.kit.createTestProbe();
  private final CompletableFuture<Void> onDisk = new CompletableFuture<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  @TempDir Path temporary;
  private JobFolder folder;
  private UnpackedPicture rows;

  @BeforeEach
  void begin() throws IOException {
    RenderRequest request = new RenderRequest(PLAN.spec(), Farm.model(), true, 0);
    folder = JobFolder.create(temporary.resolve("job"), request);
    rows = UnpackedPicture.begin(extent(), folder.scratch("picture"));
    farm.addWorking("worker-1");
    JobTerms terms = new JobTerms(Farm.model().kind(), 0);
    farm.dispatcher.tell(new DispatcherCommand.OpenJob(Farm.JOB, terms));
  }

  @AfterEach
  void stop() throws IOException {
    farm.close();
    rows.close();
    folder.close();
  }

  private static PixelExtent extent() {
    return RESULT.latent().extent().toPixels(PLAN.geometry().vaeScaleFactor());
  }

  private Path file() {
    return folder.preview(2);
  }

  /** The phase's latent is in no file yet. */
  private void assemble(boolean isKept) {
    Latent latent = RESULT.latent();
    PictureAssembly.Order order =
        new PictureAssembly.Order(
            Farm.JOB,
            RESULT.phase(),
            Urgency.PICTURE,
            file(),
            Map.of(),
            Farm.TILING,
            1,
            null,
            null,
            new PictureAssembly.Passing(Samples.of(latent), onDisk, rows::shared, isKept));
    farm.kit.spawn(
        PictureAssembly.create(
            order,
            folder,
            farm.dispatcher,
            new PictureAssembly.Ending(outcomes.getRef(), released),
            PLAN.geometry().vaeScaleFactor()));
  }

  private void awaitRows() {
    while (rows.readableRows() < extent().height()) {
      Phase phase = outcomes.expectMessageClass(PictureAssembly.Rows.class, PATIENCE).phase();
      assertThat(phase).isEqualTo(RESULT.phase());
    }
  }

  private byte[] pixels() {
    byte[] rgb = new byte[3 * extent().width() * extent().height()];
    rows.rows(0, extent().height(), rgb);
    return rgb;
  }

  private static byte[] decoded() {
    byte[] rgb = new byte[3 * extent().width() * extent().height()];
    new ToyPictures().picture(RESULT.phase(), RESULT.latent()).rows(0, extent().height(), rgb);
    return rgb;
  }

  private byte[] written() {
    try (UnpackedPicture picture = UnpackedPicture.of(file(), folder.scratch("again"))) {
      byte[] rgb = new byte[3 * extent().width() * extent().height()];
      picture.rows(0, extent().height(), rgb);
      return rgb;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PictureAssembly.Outcome ended() {
    PictureAssembly.Outcome next = outcomes.receiveMessage(PATIENCE);
    while (next instanceof PictureAssembly.Rows) {
      next = outcomes.receiveMessage(PATIENCE);
    }
    return next;
  }

  @Test
  void passesItsRowsOn_whileThePhaseIsNotOnDisk_andIsWrittenAfterIt() {
    assemble(true);
    awaitRows();

    assertThat(pixels()).isEqualTo(decoded());
    assertThat(file()).doesNotExist();

    onDisk.complete(null);
    PictureAssembly.Done done = (PictureAssembly.Done) ended();

    assertThat(done.file()).isEqualTo(file());
    assertThat(done.workers()).containsExactly("worker-1");
    assertThat(written()).isEqualTo(decoded());
    assertThat(released).succeedsWithin(PATIENCE);
  }

  @Test
  void isNotWritten_whenThePhaseCouldNotBe() {
    assemble(true);
    awaitRows();

    onDisk.completeExceptionally(new IllegalStateException("the disk is gone"));

    assertThat(((PictureAssembly.Failed) ended()).code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(released).succeedsWithin(PATIENCE);
    assertThat(file()).doesNotExist();
  }

  /** Nobody looks at it, and it is soon deleted. */
  @Test
  void isWrittenAsItIs_whereItIsNoPreview() throws IOException {
    onDisk.complete(null);
    assemble(false);

    assertThat(ended()).isInstanceOf(PictureAssembly.Done.class);
    assertThat(written()).isEqualTo(decoded());
    assertThat(Files.size(file())).isGreaterThan(decoded().length);
  }
}
