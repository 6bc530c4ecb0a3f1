package demofusion.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.audit.ResultHash;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerHashesTest {
  private static final JobId JOB = new JobId("lighthouse");
  private static final JobId OTHER = new JobId("harbour");
  private static final WorkResult FIRST = new WorkResult.DecodedPixels(Tensor.zeros(3, 8, 8));
  private static final WorkResult SECOND = new WorkResult.DecodedPixels(Tensor.zeros(3, 8, 16));

  private final List<Runnable> compute = new ArrayList<>();
  private final List<AnswerHashes.Hashed> told = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private final AnswerHashes hashes = new AnswerHashes(compute::add, told::add);

  @Test
  void leavesTheHashingToTheOtherThreads() {
    hashes.begin(JOB, FIRST, (hash, failure) -> heard.add("first " + hash));

    assertThat(told).isEmpty();
    compute.get(0).run();
    assertThat(heard).isEmpty();
    hashes.hashed(told.get(0));
    assertThat(heard).containsExactly("first " + ResultHash.of(FIRST));
  }

  @Test
  void tellsOfAnswersInTheOrderInWhichTheyCame_whicheverIsHashedFirst() {
    hashes.begin(JOB, FIRST, (hash, failure) -> heard.add("first " + hash));
    hashes.begin(JOB, SECOND, (hash, failure) -> heard.add("second " + hash));
    compute.get(1).run();
    compute.get(0).run();

    hashes.hashed(told.get(0));
    assertThat(heard).isEmpty();
    hashes.hashed(told.get(1));

    assertThat(heard)
        .containsExactly("first " + ResultHash.of(FIRST), "second " + ResultHash.of(SECOND));
  }

  @Test
  void tellsNothingOfAJobThatIsOver() {
    hashes.begin(JOB, FIRST, (hash, failure) -> heard.add("of the job that is over"));
    hashes.begin(OTHER, SECOND, (hash, failure) -> heard.add("other"));
    compute.forEach(Runnable::run);

    hashes.forget(JOB);
    told.forEach(hashes::hashed);

    assertThat(heard).containsExactly("other");
  }
}
