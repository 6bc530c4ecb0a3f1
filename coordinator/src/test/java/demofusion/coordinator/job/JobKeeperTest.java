package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.job.JobEvent.Kind;
import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.Jobs.Retention;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.coordinator.render.FakeWorker.Deed;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LogCapturingExtension.class)
class JobKeeperTest {
  @TempDir Path folder;

  @Test
  void drawsAPicture_andSaysWhatItsBytesAre() throws Exception {
    try (Office office = Office.open(folder)) {
      office.addDiligent("worker-1");

      JobId job = office.accepted(Office.order(Office.SPEC));
      JobView done = office.await(job, JobState.DONE);

      Path image = office.folder(job).resolve("image.png");
      assertThat(done.hasImage()).isTrue();
      assertThat(done.pictureSha256()).isEqualTo(Fingerprint.of(image));
      assertThat(done.startedAt()).isEqualTo(TestClock.START);
      assertThat(done.owner()).isEqualTo(Office.OWNER);
      assertThat(office.latent(job, Office.SPEC)).isEqualTo(Office.sequentially(Office.SPEC));
    }
  }

  @Test
  void acknowledgesAJobThatIsOnDisk_whileNoWorkerIsThere() {
    JobId job;
    try (Office office = Office.open(folder)) {
      job = office.accepted(Office.order(Office.QUICK));

      assertThat(office.folder(job).resolve("request.json")).exists();
      assertThat(office.folder(job).resolve("job.json")).exists();
    }

    try (Office later = Office.open(folder)) {
      later.addDiligent("worker-1");
      later.await(job, JobState.DONE);
    }
  }

  @Test
  void refusesAJob_whileNoModelIsKnown() {
    try (Office office = Office.empty(folder)) {
      DemofusionException refusal = office.refused(Office.order(Office.QUICK));

      assertThat(refusal)
          .hasMessage("no worker has been here yet, so no model is known; start a worker first");
      assertThat(refusal.code()).isEqualTo(FailureCode.UNAVAILABLE); // soon there may be one
    }
  }

  @Test
  void remembersTheModelsOfWorkersThatAreGone() {
    try (Office office = Office.empty(folder)) {
      office.addDiligent("worker-1");
      TestProbe<Reply> replies = office.kit.createTestProbe();
      replies.awaitAssert(
          () -> {
            office.keeper.tell(
                new Jobs.Submit(Office.order(Office.QUICK), Office.OWNER, null, replies.getRef()));
            Office.job(replies.receiveMessage());
            return true;
          });
      office.stopCleanly();
    }

    try (Office later = Office.empty(folder)) {
      later.accepted(Office.order(Office.QUICK));
    }
  }

  @Test
  void goesOnToTheSameBits_whenTheCoordinatorIsKilledInMidJob() {
    JobId job = interruptedInTheSecondPhase(false);

    try (Office later = Office.open(folder)) {
      later.addDiligent("worker-2");
      later.await(job, JobState.DONE);

      assertThat(later.latent(job, Office.SPEC)).isEqualTo(Office.sequentially(Office.SPEC));
    }
  }

  @Test
  void goesOnToTheSameBits_whenTheCoordinatorIsStoppedInMidJob() {
    JobId job = interruptedInTheSecondPhase(true);

    try (Office later = Office.open(folder)) {
      later.addDiligent("worker-2");
      later.await(job, JobState.DONE);

      assertThat(later.latent(job, Office.SPEC)).isEqualTo(Office.sequentially(Office.SPEC));
    }
  }

  private JobId interruptedInTheSecondPhase(boolean cleanly) {
    AtomicInteger forwards = new AtomicInteger();
    try (Office office = Office.open(folder)) {
      office.add(
          "worker-1", perform -> forwards.incrementAndGet() > 20 ? Deed.BE_SILENT : Deed.ANSWER);
      JobId job = office.accepted(Office.order(Office.SPEC));
      TestProbe<JobEvent> events = office.watch(job);
      Office.next(
          events, event -> event.job().progress() != null && event.job().progress().phase() >= 2);
      if (cleanly) {
        office.stopCleanly();
      }
      assertThat(office.folder(job).resolve("checkpoint.safetensors")).exists();
      return job;
    }
  }

  @Test
  void goesOnWithAllJobs_theMoreUrgentFirst() {
    JobId first;
    JobId second;
    JobId urgent;
    try (Office office = Office.open(folder)) {
      first = office.accepted(Office.order(Office.QUICK));
      second = office.accepted(Office.order(Office.QUICK));
      urgent = office.accepted(Office.order(Office.QUICK, 5));
    }

    try (Office later = Office.open(folder)) {
      TestProbe<JobEvent> events = later.kit.createTestProbe();
      for (JobId job : List.of(first, second, urgent)) {
        later.keeper.tell(new Jobs.Watch(job, events.getRef()));
      }
      later.addDiligent("worker-1");

      for (JobId job : List.of(urgent, first, second)) {
        JobEvent over = Office.next(events, event -> event.job().state() == JobState.DONE);
        assertThat(over.job().id()).isEqualTo(job.value());
      }
    }
  }

  @Test
  void letsAMoreUrgentJobGoFirst_andGoesOnWithTheOtherToTheSameBits() {
    try (Office office = Office.open(folder)) {
      AtomicInteger forwards = new AtomicInteger();
      var silent =
          office.add(
              "worker-1",
              perform -> forwards.incrementAndGet() > 20 ? Deed.BE_SILENT : Deed.ANSWER);
      JobId patient = office.accepted(Office.order(Office.SPEC));
      Office.next(
          office.watch(patient),
          event -> event.job().progress() != null && event.job().progress().phase() >= 2);

      JobId urgent = office.accepted(Office.order(Office.QUICK, 1));

      office.await(patient, JobState.QUEUED);
      office.await(urgent, JobState.RUNNING);
      office.addDiligent("worker-2");
      office.kit.stop(silent);
      office.await(urgent, JobState.DONE);
      office.await(patient, JobState.DONE);
      assertThat(office.latent(patient, Office.SPEC)).isEqualTo(Office.sequentially(Office.SPEC));
    }
  }

  @Test
  void answersTheSameRequestUnderTheSameKeyWithTheSameJob_alsoAfterARestart() {
    String id;
    try (Office office = Office.open(folder)) {
      Reply first = office.submit(Office.order(Office.QUICK), "monday-1");
      Reply again = office.submit(Office.order(Office.QUICK), "monday-1");

      id = Office.job(first).id();
      assertThat(first.isNew()).isTrue();
      assertThat(again.isNew()).isFalse();
      assertThat(Office.job(again).id()).isEqualTo(id);
    }

    try (Office later = Office.open(folder)) {
      Reply again = later.submit(Office.order(Office.QUICK), "monday-1");
      assertThat(Office.job(again).id()).isEqualTo(id);
      assertThat(again.isNew()).isFalse();
      assertThat(later.list()).hasSize(1);
    }
  }

  @Test
  void refusesAnotherRequestUnderTheSameKey() {
    try (Office office = Office.open(folder)) {
      office.submit(Office.order(Office.QUICK), "monday-1");

      Reply other = office.submit(Office.order(Office.SPEC), "monday-1");

      assertThat(Office.refusal(other).code()).isEqualTo(FailureCode.CONFLICT);
      assertThat(Office.refusal(other).sentence()).contains("\"monday-1\" belongs to another");
    }
  }

  @Test
  void makesOneJob_whenTheSameKeyComesTwiceAtOnce() {
    try (Office office = Office.open(folder)) {
      TestProbe<Reply> replies = office.kit.createTestProbe();
      for (int n = 0; n < 5; n++) {
        office.keeper.tell(
            new Jobs.Submit(
                Office.order(Office.QUICK), Office.OWNER, "monday-1", replies.getRef()));
      }

      List<Reply> all = replies.receiveSeveralMessages(5);

      assertThat(all.stream().map(reply -> Office.job(reply).id()).distinct()).hasSize(1);
      assertThat(all.stream().filter(Reply::isNew)).hasSize(1);
      assertThat(office.list()).hasSize(1);
    }
  }

  @Test
  void refusesWhatIsTooMuch_andTakesMoreWhenThereIsRoom() {
    Limits limits = new Limits(2, 2, 1 << 20, 1000);
    try (Office office = Office.open(folder, Office.settings(1, limits, NotifySettings.NONE))) {
      JobId first = office.accepted(Office.order(Office.QUICK));
      office.accepted(Office.order(Office.QUICK));

      assertThat(office.refused(Office.order(Office.QUICK)).code()).isEqualTo(FailureCode.TOO_MUCH);
      office.cancel(first);
      office.accepted(Office.order(Office.QUICK));
    }
  }

  @Test
  void refusesAPictureThatIsTooLarge_orThatNoPlanCanDraw() {
    Limits limits = new Limits(2, 2, 10_000, 1000);
    try (Office office = Office.open(folder, Office.settings(1, limits, NotifySettings.NONE))) {
      assertThat(office.refused(Office.order(Office.SPEC)).sentence())
          .contains("192x136")
          .contains("10000");
      assertThat(office.refused(Office.order(Renders.spec().size(65, 64).build())).sentence())
          .contains("multiple of 8");
      assertThat(office.refused(Office.order(Renders.spec().size(999999992, 8).build())).sentence())
          .contains("has a side of more than 262144 pixels");
      assertThat(office.list()).isEmpty();
    }
  }

  @Test
  void cancelsARunningJob_andTakesItUpAgainFromItsCheckpoint() {
    try (Office office = Office.open(folder)) {
      AtomicInteger forwards = new AtomicInteger();
      var silent =
          office.add(
              "worker-1",
              perform -> forwards.incrementAndGet() > 20 ? Deed.BE_SILENT : Deed.ANSWER);
      JobId job = office.accepted(Office.order(Office.SPEC));
      TestProbe<JobEvent> events = office.watch(job);
      Office.next(
          events, event -> event.job().progress() != null && event.job().progress().phase() >= 2);

      assertThat(Office.job(office.cancel(job)).state()).isEqualTo(JobState.CANCELLED);
      assertThat(Office.next(events, event -> event.job().state().isOver()).job().state())
          .isEqualTo(JobState.CANCELLED);
      assertThat(Office.refusal(office.cancel(job)).code()).isEqualTo(FailureCode.CONFLICT);
      office.kit.stop(silent);
      office.addDiligent("worker-2");
      assertThat(Office.job(office.retry(job)).state()).isEqualTo(JobState.QUEUED);

      office.await(job, JobState.DONE);
      assertThat(office.latent(job, Office.SPEC)).isEqualTo(Office.sequentially(Office.SPEC));
      assertThat(Office.refusal(office.retry(job)).code()).isEqualTo(FailureCode.CONFLICT);
    }
  }

  @Test
  void leavesACancelledJobAlone_afterARestart() {
    JobId job;
    try (Office office = Office.open(folder)) {
      job = office.accepted(Office.order(Office.QUICK));
      office.cancel(job);
    }

    try (Office later = Office.open(folder)) {
      later.addDiligent("worker-1");
      JobId other = later.accepted(Office.order(Office.QUICK));
      later.await(other, JobState.DONE);

      assertThat(Office.job(later.find(job)).state()).isEqualTo(JobState.CANCELLED);
    }
  }

  @Test
  void listsBrokenFoldersAsFailed_andGoesOnWithTheRest() throws Exception {
    JobId good;
    JobId torn;
    JobId bare;
    try (Office office = Office.open(folder)) {
      good = office.accepted(Office.order(Office.QUICK));
      torn = office.accepted(Office.order(Office.QUICK));
      bare = office.accepted(Office.order(Office.QUICK));
      Files.writeString(office.folder(torn).resolve("job.json"), "{\"id\": ");
      Files.delete(office.folder(bare).resolve("request.json"));
      Files.createDirectory(office.folder(new JobId("empty")));
    }

    try (Office later = Office.open(folder)) {
      later.addDiligent("worker-1");

      later.await(good, JobState.DONE);
      assertThat(Office.job(later.find(torn)).reason()).contains("job.json").contains("no JSON");
      assertThat(Office.job(later.find(bare)).reason()).contains("request.json is missing");
      assertThat(Office.job(later.find(new JobId("empty"))).state()).isEqualTo(JobState.FAILED);
      assertThat(Office.refusal(later.retry(bare)).sentence()).contains("request.json is missing");
    }
  }

  @Test
  void saysInOneSentence_thatACheckpointIsTorn_andGoesOnWithoutIt() throws Exception {
    JobId job;
    try (Office office = Office.open(folder)) {
      job = office.accepted(Office.order(Office.QUICK));
      Files.writeString(office.folder(job).resolve("checkpoint.safetensors"), "torn");
      office.addDiligent("worker-1");

      JobView failed = office.await(job, JobState.FAILED);

      assertThat(failed.code()).isEqualTo("STORAGE");
      assertThat(failed.reason()).contains("checkpoint.safetensors").doesNotContain("\n");
      Files.delete(office.folder(job).resolve("checkpoint.safetensors"));
      office.retry(job);
      office.await(job, JobState.DONE);
    }
  }

  @Test
  void refusesToGoOnFromTheCheckpointOfAnotherSeed() throws Exception {
    JobId job = interruptedInTheSecondPhase(true);
    try (Office office = Office.open(folder)) {
      JobId other = office.accepted(Office.order(Renders.spec().size(192, 136).seed(8).build()));
      Files.copy(
          office.folder(job).resolve("checkpoint.safetensors"),
          office.folder(other).resolve("checkpoint.safetensors"));
      office.addDiligent("worker-2");

      JobView failed = office.await(other, JobState.FAILED);

      assertThat(failed.code()).isEqualTo("STORAGE");
      assertThat(failed.reason()).contains("belongs to another request").doesNotContain("\n");
      office.await(job, JobState.DONE);
    }
  }

  @Test
  void saysThatNoWorkerIsThere_andGoesOnWhenOneComes() {
    try (Office office = Office.open(folder)) {
      JobId job = office.accepted(Office.order(Office.QUICK));

      office.clock.advance(Duration.ofSeconds(31));

      assertThat(office.await(job, JobState.PAUSED).reason())
          .isEqualTo(
              "no worker with the model toy (hash toy-1, float32 on cpu) is here; the job goes on"
                  + " when one comes");
      office.addDiligent("worker-1");
      office.await(job, JobState.DONE);
    }
  }

  @Test
  void waitsForRoomOnTheDisk_andGoesOnByItself() {
    try (Office office = Office.open(folder)) {
      office.room.set(1000);
      office.addDiligent("worker-1");

      JobId job = office.accepted(Office.order(Office.QUICK));

      assertThat(office.await(job, JobState.PAUSED).reason())
          .contains("has room for 1 MiB more and the job needs");
      office.room.set(Long.MAX_VALUE);
      office.await(job, JobState.DONE);
    }
  }

  @Test
  void removesFinishedJobsByCount_andNeverOneThatIsUnfinished() {
    try (Office office = Office.open(folder)) {
      var worker = office.addDiligent("worker-1");
      JobId oldest = office.accepted(Office.order(Office.QUICK));
      office.await(oldest, JobState.DONE);
      office.clock.advance(Duration.ofMinutes(1));
      JobId newest = office.accepted(Office.order(Office.QUICK));
      office.await(newest, JobState.DONE);
      office.kit.stop(worker);
      JobId unfinished = office.accepted(Office.order(Office.QUICK));

      Jobs.Pruned would = office.prune(new Retention(null, 1, null), true);
      assertThat(office.folder(oldest)).exists();
      Jobs.Pruned pruned = office.prune(new Retention(null, 1, null), false);

      assertThat(would).isEqualTo(pruned);
      assertThat(pruned.jobs()).containsExactly(oldest.value());
      assertThat(pruned.bytes()).isPositive();
      assertThat(office.folder(oldest)).doesNotExist();
      assertThat(office.list())
          .extracting(JobView::id)
          .containsExactly(unfinished.value(), newest.value());
      assertThat(office.prune(new Retention(null, 0, null), false).jobs())
          .containsExactly(newest.value());
      assertThat(office.folder(unfinished)).exists();
    }
  }

  @Test
  void tellsWatchersEverything_theLastWhenItIsOver() {
    try (Office office = Office.open(folder)) {
      JobId job = office.accepted(new Order(Office.SPEC, "toy", true, 0, null, null, null));
      TestProbe<JobEvent> events = office.watch(job);
      assertThat(events.receiveMessage().kind()).isEqualTo(Kind.STATE);

      office.addDiligent("worker-1");

      assertThat(Office.next(events, Kind.STATE).job().state()).isEqualTo(JobState.RUNNING);
      assertThat(Office.next(events, Kind.PREVIEW).phase()).isEqualTo(1);
      JobView last = Office.next(events, event -> event.job().state().isOver()).job();
      assertThat(last.state()).isEqualTo(JobState.DONE);
      assertThat(last.previews()).containsExactly(1, 2);
    }
  }

  @Test
  void knowsThatAJobIsDone_whenOnlyItsRecordIsMissing() throws Exception {
    JobId job;
    byte[] unfinished;
    try (Office office = Office.open(folder)) {
      job = office.accepted(Office.order(Office.QUICK));
      unfinished = Files.readAllBytes(office.folder(job).resolve("job.json"));
      office.addDiligent("worker-1");
      office.await(job, JobState.DONE);
      Files.write(office.folder(job).resolve("job.json"), unfinished);
    }

    try (Office later = Office.open(folder)) {
      assertThat(later.await(job, JobState.DONE).pictureSha256()).isNotNull();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void pausesAJobUnderWhichTheDiskIsFull_andGoesOnToTheSameBits_whenThereIsRoom() throws Exception {
    try (Office office = Office.open(folder)) {
      JobId job = office.accepted(Office.order(Office.SPEC));
      Path aside = office.folder(job).resolve(".checkpoint.safetensors.part");
      Files.createSymbolicLink(aside, Path.of("/dev/full"));
      office.addDiligent("worker-1");

      JobView paused = office.await(job, JobState.PAUSED);

      assertThat(paused.code()).isEqualTo("DISK_FULL");
      assertThat(paused.reason()).startsWith("the disk is full (").contains("checkpoint");
      office.clock.advance(Duration.ofSeconds(6));
      office.await(job, JobState.DONE);
      assertThat(office.latent(job, Office.SPEC)).isEqualTo(Office.sequentially(Office.SPEC));
    }
  }
}
