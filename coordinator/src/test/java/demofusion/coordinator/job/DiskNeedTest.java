package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskNeedTest {
  private static final long GIBIBYTE = 1L << 30;

  @TempDir Path folder;

  @Test
  void isNotLessThanWhatAJobKeeps() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("worker-1");
      JobId job =
          fixture.accepted(new JobRequest(JobKeeperFixture.SPEC, null, true, 0, null, null, null));

      fixture.await(job, JobState.DONE);

      assertThat(DiskNeed.bytes(Renders.plan(JobKeeperFixture.SPEC, Renders.SMALL), true))
          .isGreaterThanOrEqualTo(fixture.data.bytes(job));
    }
  }

  /** 0.8 GiB are the picture, 0.4 the phases' latents, 0.5 scratch files and 0.9 rows of tiles. */
  @Test
  void followsTheRowsOfTilesThatAPictureIsWrittenIn() {
    RenderPlan plan = Renders.plan(Renders.spec().size(16384, 16384).build(), Renders.SDXL);

    assertThat(DiskNeed.bytes(plan, false)).isBetween(2 * GIBIBYTE, 3 * GIBIBYTE);
  }

  /** The picture, its 16 times 16 thousand pixels once more as rows, and a small one before it. */
  @Test
  void countsWhatAnUpscalerEnlarges() {
    RenderSpec spec =
        Renders.spec().size(16384, 16384).build().toBuilder()
            .method(RenderMethod.SR)
            .methodSettings(
                MethodSettings.NONE.withUpscaler(new UpscalerUse("x4", "0".repeat(64), 4)))
            .build();

    assertThat(DiskNeed.bytes(Renders.plan(spec, Renders.SDXL), false))
        .isBetween(3 * GIBIBYTE / 2, 7 * GIBIBYTE / 4);
  }

  @Test
  void countsWhatAStochasticSolverRemembers_andPreviews() {
    Renders.SpecBuilder large = Renders.spec().size(16384, 16384);
    long usual = DiskNeed.bytes(Renders.plan(large.build(), Renders.SDXL), false);
    long previews = DiskNeed.bytes(Renders.plan(large.build(), Renders.SDXL), true);
    long remembering =
        DiskNeed.bytes(
            Renders.plan(large.scheduler(SchedulerKind.UNIPC).build(), Renders.SDXL), false);

    assertThat(previews).isGreaterThan(usual + 3 * GIBIBYTE);
    // Three latents of 64 MiB, in the scratch file and in both checkpoints.
    assertThat(remembering - usual).isEqualTo(9 * (64L << 20));
  }
}
