package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.NamedTensors;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkInFlightTest {
  private static final Asset SURVEY =
      new Asset.DecoderSurvey(
          new AssetId("survey"), new NamedTensors(Map.of("layer", Tensor.zeros(1))));

  private final WorkInFlight inFlight = new WorkInFlight(threads -> 1);

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
