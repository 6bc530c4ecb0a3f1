package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.RenderSpec;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions whose files meet a full disk, or one that takes its time. Under the name that a file is
 * written aside lies a link to the system's own full device, so the words are the system's too.
 */
@ExtendWith(LogCapturingExtension.class)
@EnabledOnOs(OS.LINUX)
class FullDiskTest {
  private static final RenderSpec SPEC = Renders.spec().size(192, 136).build();

  private final Farm farm = new Farm();
  @TempDir Path temporary;

  @AfterEach
  void stop() {
    farm.close();
  }

  private Path folder() {
    return temporary.resolve("job");
  }

  private Path aside(String file) {
    return folder().resolve("." + file + ".part");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint.safetensors",
        "phase-2.safetensors",
        "phase-1.png",
        "image.png",
        "report.json"
      })
  void saysThatTheDiskIsFull_andGoesOnToTheSameBits_whenThereIsRoom(String file) throws Exception {
    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Accepted.class);
    Files.createSymbolicLink(aside(file), Path.of("/dev/full"));
    farm.addWorking("worker-1");

    RenderEvent.Failed failed = farm.next(RenderEvent.Failed.class);

    assertThat(failed.code()).isEqualTo(FailureCode.DISK_FULL);
    assertThat(failed.sentence()).contains(file).doesNotContain("\n");
    Files.deleteIfExists(aside(file));
    farm.resume(folder());
    farm.next(RenderEvent.Finished.class);
    assertThat(Farm.latent(folder(), SPEC)).isEqualTo(Farm.sequentially(SPEC));
    assertThat(folder().resolve("phase-1.png")).exists();
    assertThat(folder().resolve("image.png")).exists();
  }

  @Test
  void saysTheLastWordOnly_whenWhatIsBeingWrittenHasEnded() throws Exception {
    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Accepted.class);
    // Opened for writing, a pipe waits for its reader, as a slow disk would.
    Path pipe = aside("checkpoint.safetensors");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    farm.addWorking("worker-1");
    farm.next(RenderEvent.Progressed.class);
    farm.listener.fishForMessage(
        Duration.ofSeconds(30),
        event ->
            event instanceof RenderEvent.Progressed progressed
                    && progressed.progress().timestep() == 2
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());

    farm.queue.tell(new RenderQueue.Cancel(Farm.JOB));

    // As long as somebody writes, whoever asks for the job is told that it is there already.
    for (int asked = 0; asked < 200; asked++) {
      farm.resume(folder());
      assertThat(farm.next(RenderEvent.Failed.class).code()).isEqualTo(FailureCode.BAD_REQUEST);
    }
    FileChannel.open(pipe, StandardOpenOption.READ).close();
    assertThat(farm.next(RenderEvent.Failed.class).code()).isEqualTo(FailureCode.CANCELLED);
    farm.resume(folder());
    farm.next(RenderEvent.Finished.class);
    assertThat(Farm.latent(folder(), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }

  @Test
  void refusesACheckpointThatIsAheadOfItsRequest_inOneSentence() {
    RenderSpec longer = Renders.spec().size(64, 64).steps(8).build();
    RenderSpec shorter = Renders.spec().size(64, 64).steps(4).build();
    Render render = Render.begin(Farm.plan(longer));
    for (int step = 0; step < 6; step++) {
      var timestep = render.openTimestep();
      timestep
          .batches()
          .forEach(batch -> timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch)));
      render.closeTimestep(timestep);
    }
    try (JobFolder other =
        JobFolder.create(folder(), new RenderRequest(shorter, Farm.model(), false, 0))) {
      other.writeCheckpoint(render.state());
    }
    farm.addWorking("worker-1");

    farm.resume(folder());

    RenderEvent.Failed failed = farm.next(RenderEvent.Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.STORAGE);
    assertThat(failed.sentence())
        .contains("does not belong to this request")
        .contains("6 timesteps of phase 1 finished, but the request has 4")
        .doesNotContain("\n");
  }
}
