package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.job.Jobs.Retention;
import demofusion.coordinator.render.FakeWorker.Deed;
import demofusion.protocol.JobId;
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
    JobSettings settings = Office.keeping(new Retention(Duration.ofDays(30), null, null));
    try (Office office = Office.open(folder, settings)) {
      JobId cancelled = office.accepted(Office.order(Office.QUICK));
      office.cancel(cancelled);
      JobId waiting = office.accepted(Office.order(Office.QUICK));

      office.clock.advance(Duration.ofDays(31));

      awaitRemoval(office, cancelled);
      assertThat(office.folder(waiting)).exists();
      assertThat(office.list()).extracting(JobView::id).containsExactly(waiting.value());
    }
  }

  @Test
  void removesTheOldest_whenTheyTakeTooMuchRoom_andARunningOneNever() {
    JobSettings settings = Office.keeping(new Retention(null, null, 1L));
    try (Office office = Office.open(folder, settings)) {
      office.add("worker-1", perform -> Deed.BE_SILENT);
      JobId running = office.accepted(Office.order(Office.QUICK));
      office.await(running, JobState.RUNNING);
      JobId cancelled = office.accepted(Office.order(Office.QUICK));
      office.cancel(cancelled);

      awaitRemoval(office, cancelled);

      assertThat(office.folder(running)).exists();
    }
  }

  private static void awaitRemoval(Office office, JobId job) {
    TestProbe<Object> patience = office.kit.createTestProbe();
    patience.awaitAssert(
        PATIENCE,
        () -> {
          assertThat(office.folder(job)).doesNotExist();
          return true;
        });
  }
}
