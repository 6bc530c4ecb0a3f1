package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WorkInFlightTest {
  private static final Asset SURVEY =
      new Asset.DecoderSurvey(
          new AssetId("survey"), new NamedTensors(Map.of("layer", Tensor.zeros(1))));

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final WorkInFlight inFlight = new WorkInFlight(threads -> 1);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void forgetsTheJobThatWasUnusedForLongest_whenNobodySaysThatJobsAreOver() {
    JobId used = new JobId("job-0");
    JobId unused = new JobId("job-1");
    inFlight.remember(used, SURVEY);

    for (int n = 1; n <= 64; n++) {
      inFlight.remember(new JobId("job-" + n), SURVEY);
      assertThat(inFlight.assets(used).byId()).containsKey(SURVEY.id());
    }

    assertThat(inFlight.assets(unused).byId()).isEmpty();
    assertThat(inFlight.assets(new JobId("job-2")).byId()).containsKey(SURVEY.id());
  }

  @Test
  void keepsAssetsOfAJob_whoseLeasesWait_howeverManyJobsComeAfterIt() {
    JobId waiting = new JobId("job-0");
    inFlight.remember(waiting, SURVEY);
    inFlight.add(
        new Perform(
            new LeaseId(waiting, 0, 0),
            new Work.DecodeLatent(Tensor.zeros(4, 4, 4), SURVEY.id(), 1),
            KIT.<DispatcherProtocol.Command>createTestProbe().getRef()),
        0);

    for (int n = 1; n <= 100; n++) {
      inFlight.remember(new JobId("job-" + n), SURVEY);
    }

    assertThat(inFlight.begin()).isPresent();
    assertThat(inFlight.assets(waiting).byId()).containsKey(SURVEY.id());
    assertThat(inFlight.assets(new JobId("job-1")).byId()).isEmpty();
    assertThat(inFlight.assets(new JobId("job-100")).byId()).containsKey(SURVEY.id());
  }

  @Test
  void keepsAllAssetsOfAJob_untilItIsOver() {
    JobId job = new JobId("job");
    Asset other =
        new Asset.DecoderSurvey(
            new AssetId("other"), new NamedTensors(Map.of("layer", Tensor.zeros(1))));
    inFlight.remember(job, SURVEY);
    inFlight.remember(job, other);

    assertThat(inFlight.assets(job).byId()).containsOnlyKeys(SURVEY.id(), other.id());
    inFlight.forget(job);
    assertThat(inFlight.assets(job).byId()).isEmpty();
  }
}
