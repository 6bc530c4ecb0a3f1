package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Steering;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.record.Fingerprint;
import demofusion.coordinator.job.record.TestClock;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobEvent.Kind;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Prompts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LogCapturingExtension.class)
class JobKeeperTest {
  @TempDir Path folder;

  @Test
  void drawsAPicture_andSaysWhatItsBytesAre() throws Exception {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("worker-1");

      JobId job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.SPEC));
      JobView done = fixture.await(job, JobState.DONE);

      Path image = fixture.folder(job).resolve("image.png");
      assertThat(done.hasImage()).isTrue();
      assertThat(done.pictureSha256()).isEqualTo(Fingerprint.of(image));
      assertThat(done.startedAt()).isEqualTo(TestClock.START);
      assertThat(done.owner()).isEqualTo(JobKeeperFixture.OWNER);
      assertThat(fixture.latent(job, JobKeeperFixture.SPEC))
          .isEqualTo(JobKeeperFixture.sequentially(JobKeeperFixture.SPEC));
    }
  }

  @Test
  void keepsWhatItWarnedOf_withTheJob() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.addWorking("worker-1");
      RenderSpec spec =
          JobKeeperFixture.QUICK.toBuilder().prompts(Prompts.of("a fox, too long")).build();

      JobView done = fixture.await(fixture.accepted(JobKeeperFixture.request(spec)), JobState.DONE);

      assertThat(done.warnings()).singleElement().asString().contains("too long");
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      assertThat(later.list())
          .singleElement()
          .satisfies(job -> assertThat(job.warnings()).hasSize(1));
    }
  }

  @Test
  void acknowledgesAJobThatIsOnDisk_whileNoWorkerIsThere() {
    JobId job;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      assertThat(fixture.folder(job).resolve("request.json")).exists();
      assertThat(fixture.folder(job).resolve("job.json")).exists();
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      later.addWorking("worker-1");
      later.await(job, JobState.DONE);
    }
  }

  @Test
  void refusesAJob_whileNoModelIsKnown() {
    try (JobKeeperFixture fixture = JobKeeperFixture.empty(folder)) {
      DemofusionException refusal =
          fixture.refused(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      assertThat(refusal)
          .hasMessage("no worker has joined yet, so no model is known; start a worker first");
      assertThat(refusal.code()).isEqualTo(FailureCode.UNAVAILABLE); // soon there may be one
    }
  }

  @Test
  void putsAJobOff_whileTheFirstWorkerLoadsItsModel() {
    try (JobKeeperFixture fixture = JobKeeperFixture.empty(folder)) {
      fixture.keeper.tell(new Jobs.ExpectModel());

      Reply early = fixture.submit(JobKeeperFixture.request(JobKeeperFixture.QUICK), "a key");
      assertThat(early.isEarly()).isTrue();
      assertThat(JobKeeperFixture.refusal(early))
          .hasMessage("the first worker is still loading its model; retry in a moment");

      fixture.addWorking("worker-1");
      fixture
          .kit
          .createTestProbe()
          .awaitAssert(
              () -> {
                Reply reply =
                    fixture.submit(JobKeeperFixture.request(JobKeeperFixture.QUICK), "a key");
                return JobKeeperFixture.job(reply);
              });
    }
  }

  @Test
  void remembersTheModelsOfWorkersThatAreGone() {
    try (JobKeeperFixture fixture = JobKeeperFixture.empty(folder)) {
      fixture.addWorking("worker-1");
      TestProbe<Reply> replies = fixture.kit.createTestProbe();
      replies.awaitAssert(
          () -> {
            fixture.keeper.tell(
                new Jobs.Submit(
                    JobKeeperFixture.request(JobKeeperFixture.QUICK),
                    JobKeeperFixture.OWNER,
                    null,
                    replies.getRef()));
            JobKeeperFixture.job(replies.receiveMessage());
            return true;
          });
      fixture.stopCleanly();
    }

    try (JobKeeperFixture later = JobKeeperFixture.empty(folder)) {
      later.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
    }
  }

  @Test
  void resumesToTheSameBits_whenTheCoordinatorIsKilledInMidJob() {
    JobId job = interruptedInTheSecondPhase(false);

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      later.addWorking("worker-2");
      later.await(job, JobState.DONE);

      assertThat(later.latent(job, JobKeeperFixture.SPEC))
          .isEqualTo(JobKeeperFixture.sequentially(JobKeeperFixture.SPEC));
    }
  }

  @Test
  void resumesToTheSameBits_whenTheCoordinatorIsStoppedInMidJob() {
    JobId job = interruptedInTheSecondPhase(true);

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      later.addWorking("worker-2");
      later.await(job, JobState.DONE);

      assertThat(later.latent(job, JobKeeperFixture.SPEC))
          .isEqualTo(JobKeeperFixture.sequentially(JobKeeperFixture.SPEC));
    }
  }

  private JobId interruptedInTheSecondPhase(boolean cleanly) {
    AtomicInteger forwards = new AtomicInteger();
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.add(
          "worker-1", perform -> forwards.incrementAndGet() > 20 ? Step.BE_SILENT : Step.ANSWER);
      JobId job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.SPEC));
      TestProbe<JobEvent> events = fixture.watch(job);
      JobKeeperFixture.next(
          events, event -> event.job().progress() != null && event.job().progress().phase() >= 2);
      if (cleanly) {
        fixture.stopCleanly();
      }
      assertThat(fixture.folder(job).resolve("checkpoint.safetensors")).exists();
      return job;
    }
  }

  @Test
  void resumesAllJobs_theMoreUrgentFirst() {
    JobId first;
    JobId second;
    JobId urgent;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      first = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      second = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      urgent = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK, 5));
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      TestProbe<JobEvent> events = later.kit.createTestProbe();
      for (JobId job : List.of(first, second, urgent)) {
        later.keeper.tell(new Jobs.Watch(job, events.getRef()));
      }
      later.addWorking("worker-1");

      for (JobId job : List.of(urgent, first, second)) {
        JobEvent over =
            JobKeeperFixture.next(events, event -> event.job().state() == JobState.DONE);
        assertThat(over.job().id()).isEqualTo(job);
      }
    }
  }

  @Test
  void letsAMoreUrgentJobGoFirst_andGoesOnWithTheOtherToTheSameBits() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      AtomicInteger forwards = new AtomicInteger();
      var silent =
          fixture.add(
              "worker-1",
              perform -> forwards.incrementAndGet() > 20 ? Step.BE_SILENT : Step.ANSWER);
      JobId patient = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.SPEC));
      JobKeeperFixture.next(
          fixture.watch(patient),
          event -> event.job().progress() != null && event.job().progress().phase() >= 2);

      JobId urgent = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK, 1));

      fixture.await(patient, JobState.QUEUED);
      fixture.await(urgent, JobState.RUNNING);
      fixture.addWorking("worker-2");
      fixture.kit.stop(silent);
      fixture.await(urgent, JobState.DONE);
      fixture.await(patient, JobState.DONE);
      assertThat(fixture.latent(patient, JobKeeperFixture.SPEC))
          .isEqualTo(JobKeeperFixture.sequentially(JobKeeperFixture.SPEC));
    }
  }

  @Test
  void answersTheSameRequestUnderTheSameKeyWithTheSameJob_alsoAfterARestart() {
    JobId id;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      Reply first = fixture.submit(JobKeeperFixture.request(JobKeeperFixture.QUICK), "monday-1");
      Reply again = fixture.submit(JobKeeperFixture.request(JobKeeperFixture.QUICK), "monday-1");

      id = JobKeeperFixture.job(first).id();
      assertThat(first.isNew()).isTrue();
      assertThat(again.isNew()).isFalse();
      assertThat(JobKeeperFixture.job(again).id()).isEqualTo(id);
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      Reply again = later.submit(JobKeeperFixture.request(JobKeeperFixture.QUICK), "monday-1");
      assertThat(JobKeeperFixture.job(again).id()).isEqualTo(id);
      assertThat(again.isNew()).isFalse();
      assertThat(later.list()).hasSize(1);
    }
  }

  @Test
  void refusesAnotherRequestUnderTheSameKey() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      fixture.submit(JobKeeperFixture.request(JobKeeperFixture.QUICK), "monday-1");

      Reply other = fixture.submit(JobKeeperFixture.request(JobKeeperFixture.SPEC), "monday-1");

      assertThat(JobKeeperFixture.refusal(other).code()).isEqualTo(FailureCode.CONFLICT);
      assertThat(JobKeeperFixture.refusal(other).userMessage())
          .contains("\"monday-1\" belongs to another");
    }
  }

  @Test
  void makesOneJob_whenTheSameKeyComesTwiceAtOnce() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      TestProbe<Reply> replies = fixture.kit.createTestProbe();
      for (int n = 0; n < 5; n++) {
        fixture.keeper.tell(
            new Jobs.Submit(
                JobKeeperFixture.request(JobKeeperFixture.QUICK),
                JobKeeperFixture.OWNER,
                "monday-1",
                replies.getRef()));
      }

      List<Reply> all = replies.receiveSeveralMessages(5);

      assertThat(all.stream().map(reply -> JobKeeperFixture.job(reply).id()).distinct()).hasSize(1);
      assertThat(all.stream().filter(Reply::isNew)).hasSize(1);
      assertThat(fixture.list()).hasSize(1);
    }
  }

  @Test
  void refusesWhatIsTooMuch_andTakesMoreWhenThereIsRoom() {
    Limits limits = new Limits(2, 2, 1 << 20, 1000);
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(folder, JobKeeperFixture.settings(1, limits, NotifySettings.NONE))) {
      JobId first = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      assertThat(fixture.refused(JobKeeperFixture.request(JobKeeperFixture.QUICK)).code())
          .isEqualTo(FailureCode.TOO_MUCH);
      fixture.cancel(first);
      fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
    }
  }

  @Test
  void refusesPicturesThatAreTooLargeTogether() {
    Limits limits = new Limits(2, 2, 1 << 20, 128 * 64, 128 * 64 + 99);
    RegionSettings masks =
        new RegionSettings(
            List.of(
                new Region(
                    null,
                    RegionMask.of(Steering.picture(128, 64).file()),
                    "a boat",
                    null,
                    null,
                    null),
                new Region(
                    null,
                    RegionMask.of(Steering.picture(10, 10).file()),
                    "a sun",
                    null,
                    null,
                    null)),
            0);
    RenderSpec spec = JobKeeperFixture.QUICK.toBuilder().regions(masks).build();
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(folder, JobKeeperFixture.settings(1, limits, NotifySettings.NONE))) {
      assertThat(fixture.refused(JobKeeperFixture.request(spec)).userMessage())
          .isEqualTo(
              "the pictures of the request have 8292 pixels together, but this farm accepts at most 8291; give fewer or smaller ones");
    }
  }

  @Test
  void refusesAPictureThatIsTooLarge_orThatNoPlanCanDraw() {
    Limits limits = new Limits(2, 2, 10_000, 1000);
    try (JobKeeperFixture fixture =
        JobKeeperFixture.open(folder, JobKeeperFixture.settings(1, limits, NotifySettings.NONE))) {
      assertThat(fixture.refused(JobKeeperFixture.request(JobKeeperFixture.SPEC)).userMessage())
          .contains("192x136")
          .contains("10000");
      assertThat(
              fixture
                  .refused(JobKeeperFixture.request(Renders.spec().size(65, 64).build()))
                  .userMessage())
          .contains("multiple of 8");
      assertThat(
              fixture
                  .refused(JobKeeperFixture.request(Renders.spec().size(999999992, 8).build()))
                  .userMessage())
          .contains("has a side of more than 262144 pixels");
      assertThat(fixture.list()).isEmpty();
    }
  }

  @Test
  void cancelsARunningJob_andTakesItUpAgainFromItsCheckpoint() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      AtomicInteger forwards = new AtomicInteger();
      var silent =
          fixture.add(
              "worker-1",
              perform -> forwards.incrementAndGet() > 20 ? Step.BE_SILENT : Step.ANSWER);
      JobId job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.SPEC));
      TestProbe<JobEvent> events = fixture.watch(job);
      JobKeeperFixture.next(
          events, event -> event.job().progress() != null && event.job().progress().phase() >= 2);

      assertThat(JobKeeperFixture.job(fixture.cancel(job)).state()).isEqualTo(JobState.CANCELLED);
      assertThat(JobKeeperFixture.next(events, event -> event.job().state().isOver()).job().state())
          .isEqualTo(JobState.CANCELLED);
      assertThat(JobKeeperFixture.refusal(fixture.cancel(job)).code())
          .isEqualTo(FailureCode.CONFLICT);
      fixture.kit.stop(silent);
      fixture.addWorking("worker-2");
      assertThat(JobKeeperFixture.job(fixture.retry(job)).state()).isEqualTo(JobState.QUEUED);

      fixture.await(job, JobState.DONE);
      assertThat(fixture.latent(job, JobKeeperFixture.SPEC))
          .isEqualTo(JobKeeperFixture.sequentially(JobKeeperFixture.SPEC));
      assertThat(JobKeeperFixture.refusal(fixture.retry(job)).code())
          .isEqualTo(FailureCode.CONFLICT);
    }
  }

  @Test
  void leavesACancelledJobAlone_afterARestart() {
    JobId job;
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      fixture.cancel(job);
    }

    try (JobKeeperFixture later = JobKeeperFixture.open(folder)) {
      later.addWorking("worker-1");
      JobId other = later.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      later.await(other, JobState.DONE);

      assertThat(JobKeeperFixture.job(later.find(job)).state()).isEqualTo(JobState.CANCELLED);
    }
  }

  @Test
  void refusesToGoOnFromTheCheckpointOfAnotherSeed() throws Exception {
    JobId job = interruptedInTheSecondPhase(true);
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      JobId other =
          fixture.accepted(JobKeeperFixture.request(Renders.spec().size(192, 136).seed(8).build()));
      Files.copy(
          fixture.folder(job).resolve("checkpoint.safetensors"),
          fixture.folder(other).resolve("checkpoint.safetensors"));
      fixture.addWorking("worker-2");

      JobView failed = fixture.await(other, JobState.FAILED);

      assertThat(failed.code()).isEqualTo("STORAGE");
      assertThat(failed.reason()).contains("belongs to a different request").doesNotContain("\n");
      fixture.await(job, JobState.DONE);
    }
  }

  @Test
  void saysThatNoWorkerIsThere_andGoesOnWhenOneComes() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      JobId job = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      fixture.clock.advance(Duration.ofSeconds(31));

      assertThat(fixture.await(job, JobState.PAUSED).reason())
          .isEqualTo(
              "no worker has the model toy (hash toy-1, float32 on cpu); the job continues when one"
                  + " joins");
      fixture.addWorking("worker-1");
      fixture.await(job, JobState.DONE);
    }
  }

  @Test
  void removesFinishedJobsByCount_andNeverOneThatIsUnfinished() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      var worker = fixture.addWorking("worker-1");
      JobId oldest = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      fixture.await(oldest, JobState.DONE);
      fixture.clock.advance(Duration.ofMinutes(1));
      JobId newest = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));
      fixture.await(newest, JobState.DONE);
      fixture.kit.stop(worker);
      JobId unfinished = fixture.accepted(JobKeeperFixture.request(JobKeeperFixture.QUICK));

      Pruned would = fixture.prune(new Retention(null, 1, null), true);
      assertThat(fixture.folder(oldest)).exists();
      Pruned pruned = fixture.prune(new Retention(null, 1, null), false);

      assertThat(would).isEqualTo(pruned);
      assertThat(pruned.jobs()).containsExactly(oldest);
      assertThat(pruned.bytes()).isPositive();
      assertThat(fixture.folder(oldest)).doesNotExist();
      assertThat(fixture.list()).extracting(JobView::id).containsExactly(unfinished, newest);
      assertThat(fixture.prune(new Retention(null, 0, null), false).jobs()).containsExactly(newest);
      assertThat(fixture.folder(unfinished)).exists();
    }
  }

  @Test
  void tellsWatchersEverything_theLastWhenItIsOver() {
    try (JobKeeperFixture fixture = JobKeeperFixture.open(folder)) {
      JobId job =
          fixture.accepted(new JobRequest(JobKeeperFixture.SPEC, "toy", true, 0, null, null, null));
      TestProbe<JobEvent> events = fixture.watch(job);
      assertThat(events.receiveMessage().kind()).isEqualTo(Kind.STATE);

      fixture.addWorking("worker-1");

      assertThat(JobKeeperFixture.next(events, Kind.STATE).job().state())
          .isEqualTo(JobState.RUNNING);
      assertThat(JobKeeperFixture.next(events, Kind.PREVIEW).phase()).isEqualTo(1);
      JobView last = JobKeeperFixture.next(events, event -> event.job().state().isOver()).job();
      assertThat(last.state()).isEqualTo(JobState.DONE);
      assertThat(last.previews()).containsExactly(1, 2);
    }
  }
}
