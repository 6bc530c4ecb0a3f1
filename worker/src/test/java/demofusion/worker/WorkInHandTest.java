package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkInHandTest {
  private static final Asset SURVEY =
      new Asset.DecoderSurvey(new AssetId("survey"), List.of("layer"), List.of(Tensor.zeros(1)));

  private final WorkInHand inHand = new WorkInHand(threads -> 1);

  @Test
  void forgetsTheJobThatWasUnusedForLongest_whenNobodySaysThatJobsAreOver() {
    JobId used = new JobId("job-0");
    JobId unused = new JobId("job-1");
    inHand.remember(used, SURVEY);

    for (int n = 1; n <= 64; n++) {
      inHand.remember(new JobId("job-" + n), SURVEY);
      assertThat(inHand.assets(used)).containsKey(SURVEY.id());
    }

    assertThat(inHand.assets(unused)).isEmpty();
    assertThat(inHand.assets(new JobId("job-2"))).containsKey(SURVEY.id());
  }

  @Test
  void keepsAllAssetsOfAJob_untilItIsOver() {
    JobId job = new JobId("job");
    Asset other =
        new Asset.DecoderSurvey(new AssetId("other"), List.of("layer"), List.of(Tensor.zeros(1)));
    inHand.remember(job, SURVEY);
    inHand.remember(job, other);

    assertThat(inHand.assets(job)).containsOnlyKeys(SURVEY.id(), other.id());
    inHand.forget(job);
    assertThat(inHand.assets(job)).isEmpty();
  }
}
