package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Retention;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a keeper removes by itself, as time goes by. */
@ExtendWith(LogCapturingExtension.class)
class RetentionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void removesFinishedJobs_whenTheirTimeIsOver_andUnfinishedOnesNever() {
    JobSettings settings = JobKeeperFixture.keeping(new Retention(Duration.ofDays(30), null, null));
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder, settings)) {
      JobId cancelled = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      fixture.cancel(cancelled);
      JobId waiting = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      fixture.clock.advance(Duration.ofDays(31));

      awaitRemoval(fixture, cancelled);
      assertThat(fixture.folder(waiting)).exists();
      assertThat(fixture.list()).extracting(JobView::id).containsExactly(waiting);
    }
  }

  @Test
  void removesTheOldest_whenTheyTakeTooMuchRoom_andARunningOneNever() {
    JobSettings settings = JobKeeperFixture.keeping(new Retention(null, null, 1L));
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder, settings)) {
      fixture.add("worker-1", perform -> Step.BE_SILENT);
      JobId running = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      fixture.await(running, JobState.RUNNING);
      JobId cancelled = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      fixture.cancel(cancelled);

      awaitRemoval(fixture, cancelled);

      assertThat(fixture.folder(running)).exists();
    }
  }

  private static void awaitRemoval(JobKeeperFixture fixture, JobId job) {
    TestProbe<Object> patience = fixture.kit.createTestProbe();
    patience.awaitAssert(
        PATIENCE,
        () -> {
          assertThat(fixture.folder(job)).doesNotExist();
          return true;
        });
  }
}
