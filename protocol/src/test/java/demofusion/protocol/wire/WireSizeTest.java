package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireSizeTest {
  private static final WireFixture FIXTURE = new WireFixture();

  /** What the header with both actors' paths and the longest reference take. */
  private static final int HEADER = 4096;

  @AfterAll
  static void stopActors() {
    FIXTURE.close();
  }

  static Stream<Work> work() {
    return WireFixture.work().stream();
  }

  static Stream<WorkResult> results() {
    return WireFixture.results().stream();
  }

  static Stream<Asset> assets() {
    return WireFixture.assets().stream();
  }

  @ParameterizedTest
  @MethodSource("work")
  void countsEnoughForWork(Work work) {
    assertEnough(WireSize.of(work), FIXTURE.perform(work));
  }

  @ParameterizedTest
  @MethodSource("results")
  void countsEnoughForResults(WorkResult result) {
    assertEnough(WireSize.of(result), FIXTURE.completed(result));
  }

  @ParameterizedTest
  @MethodSource("assets")
  void countsEnoughForAssets(Asset asset) {
    assertEnough(WireSize.of(asset), new Remember(new JobId("j".repeat(80)), asset));
  }

  @Test
  void countsEnoughForCharactersThatTakeThreeBytes() {
    Prompts prompts = new Prompts("猫".repeat(9000), "\uffff".repeat(9000), null, "猫");

    Work work = new Work.EncodeText(prompts, true);

    assertEnough(WireSize.of(work), FIXTURE.perform(work));
  }

  @Test
  void countsLittleMoreThanATensorHas() {
    WorkResult result = new WorkResult.NoisePrediction(WireFixture.noise(4, 4, 128, 128));

    assertThat(WireSize.of(result))
        .isBetween(4L * 4 * 4 * 128 * 128, 4L * 4 * 4 * 128 * 128 + 9000);
  }

  private static void assertEnough(long counted, Object message) {
    long taken = FIXTURE.serializer().toBinary(message).length;
    assertThat(counted).isGreaterThanOrEqualTo(taken + HEADER);
  }
}
