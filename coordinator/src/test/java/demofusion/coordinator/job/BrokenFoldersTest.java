package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the keeper makes of folders that are broken and of disks that are full. */
@ExtendWith(LogCapturingExtension.class)
class BrokenFoldersTest {
  @TempDir Path folder;

  @Test
  void listsBrokenFoldersAsFailed_andGoesOnWithTheRest() throws Exception {
    JobId good;
    JobId torn;
    JobId bare;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      good = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      torn = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      bare = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      Files.writeString(fixture.folder(torn).resolve("job.json"), "{\"id\": ");
      Files.delete(fixture.folder(bare).resolve("request.json"));
      Files.createDirectory(fixture.folder(new JobId("empty")));
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      later.addWorking("worker-1");

      later.await(good, JobState.DONE);
      assertThat(JobKeeperFixture.job(later.find(torn)).reason())
          .contains("job.json")
          .contains("not valid JSON");
      assertThat(JobKeeperFixture.job(later.find(bare)).reason())
          .contains("request.json is missing");
      assertThat(JobKeeperFixture.job(later.find(new JobId("empty"))).state())
          .isEqualTo(JobState.FAILED);
      assertThat(JobKeeperFixture.refusal(later.retry(bare)).userMessage())
          .contains("request.json is missing");
    }
  }

  @Test
  void saysInOneSentence_thatACheckpointIsTorn_andGoesOnWithoutIt() throws Exception {
    JobId job;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      Files.writeString(fixture.folder(job).resolve("checkpoint.safetensors"), "torn");
      fixture.addWorking("worker-1");

      JobView failed = fixture.await(job, JobState.FAILED);

      assertThat(failed.code()).isEqualTo("STORAGE");
      assertThat(failed.reason()).contains("checkpoint.safetensors").doesNotContain("\n");
      Files.delete(fixture.folder(job).resolve("checkpoint.safetensors"));
      fixture.retry(job);
      fixture.await(job, JobState.DONE);
    }
  }

  @Test
  void waitsForRoomOnTheDisk_andGoesOnByItself() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.room.set(1000);
      fixture.addWorking("worker-1");

      JobId job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      assertThat(fixture.await(job, JobState.PAUSED).reason())
          .contains("has room for only 1 MiB more, but the job needs");
      fixture.room.set(Long.MAX_VALUE);
      fixture.await(job, JobState.DONE);
    }
  }

  @Test
  void knowsThatAJobIsDone_whenOnlyItsRecordIsMissing() throws Exception {
    JobId job;
    byte[] unfinished;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      unfinished = Files.readAllBytes(fixture.folder(job).resolve("job.json"));
      fixture.addWorking("worker-1");
      fixture.await(job, JobState.DONE);
      Files.write(fixture.folder(job).resolve("job.json"), unfinished);
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      assertThat(later.await(job, JobState.DONE).pictureSha256()).isNotNull();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void pausesAJobUnderWhichTheDiskIsFull_andGoesOnToTheSameBits_whenThereIsRoom() throws Exception {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      JobId job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.SPEC));
      Path aside = fixture.folder(job).resolve(".checkpoint.safetensors.part");
      Files.createSymbolicLink(aside, Path.of("/dev/full"));
      fixture.addWorking("worker-1");

      JobView paused = fixture.await(job, JobState.PAUSED);

      assertThat(paused.code()).isEqualTo("DISK_FULL");
      assertThat(paused.reason()).startsWith("the disk is full (").contains("checkpoint");
      fixture.clock.advance(Duration.ofSeconds(6));
      fixture.await(job, JobState.DONE);
      assertThat(fixture.latent(job, JobKeeperFixture.SPEC))
          .isEqualTo(JobKeeperFixture.sequentially(JobKeeperFixture.SPEC));
    }
  }
}
