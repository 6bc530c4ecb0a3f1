package demofusion.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Jobs with ControlNets of their own on workers that hold one at a time: how often one is copied to
 * a device, in virtual time.
 */
class NetworksInTurnTest {
  private static final long VIEW = 200 * VirtualTime.MILLIS;
  private static final long UNLIKE = 13 * VirtualTime.MILLIS; // no two are equally fast
  private static final int VIEWS = 65;
  private static final int STEPS = 20;

  /** What came of it. */
  private record Outcome(int loads, Map<JobId, Long> endedAt) {
    long end() {
      return Collections.max(endedAt.values());
    }
  }

  /**
   * @param loads at most: each worker may change at the end of each timestep, and after a turn
   */
  @ParameterizedTest
  @CsvSource({"1, 100", "2, 100", "4, 200"})
  void aWorkerGoesOnWithTheNetworksThatItHas(int workers, int loads) {
    Outcome unsaid = draw(workers, false, "canny", "depth");
    Outcome said = draw(workers, true, "canny", "depth");

    assertThat(unsaid.loads()).isGreaterThan(2 * loads);
    assertThat(said.loads()).isLessThan(loads);
    assertThat((double) said.end() / unsaid.end()).isCloseTo(1, within(0.02));
  }

  /** Ten seconds of device time is what one may be ahead by. */
  @Test
  void jobsHaveTheSameShareAllTheSame() {
    Map<JobId, Long> ended = draw(1, true, "canny", "depth").endedAt();

    long apart = Collections.max(ended.values()) - Collections.min(ended.values());
    assertThat(apart).isLessThan(Duration.ofSeconds(12).toNanos() + VIEWS * VIEW);
  }

  @Test
  void jobsWithOneNetworkTakeTurnsAsEver() {
    Outcome unsaid = draw(2, false, "canny", "canny");
    Outcome said = draw(2, true, "canny", "canny");

    assertThat(said.endedAt()).isEqualTo(unsaid.endedAt());
    assertThat(said.loads()).isEqualTo(2);
  }

  /**
   * @param isSaid whether batches say which network they are drawn with
   */
  private static Outcome draw(int workers, boolean isSaid, String... networks) {
    VirtualTime time = new VirtualTime();
    SimulatedNetwork network =
        new SimulatedNetwork(time, SimulatedNetwork.Habits.PERFECT, new Random(1));
    SimulatedCoordinator coordinator =
        new SimulatedCoordinator(time, network, LedgerRules.startingAt(0));
    AtomicInteger loads = new AtomicInteger();
    Map<String, Object> onDevice = new HashMap<>();
    for (int n = 0; n < workers; n++) {
      String name = "worker-" + n;
      coordinator.meet(
          new SimulatedWorker(
              name,
              VIEW + n * UNLIKE,
              time,
              network,
              work -> {
                loads.addAndGet(work.equals(onDevice.put(name, work)) ? 0 : 1);
                return work;
              }));
    }
    for (int n = 0; n < networks.length; n++) {
      coordinator.begin(new JobId("job-" + n), 0, picture(networks[n], isSaid));
    }
    time.runUntil(coordinator::isDone, Duration.ofHours(10).toNanos());
    return new Outcome(loads.get(), Map.copyOf(coordinator.endedAt));
  }

  private static SimulatedPicture picture(String network, boolean isSaid) {
    BatchTerms terms = BatchTerms.forward(1, 1, 1 << 18, true);
    List<BatchTerms> timestep =
        Collections.nCopies(VIEWS, isSaid ? terms.with(Set.of(network)) : terms);
    return SimulatedPicture.counting(
        new ArrayList<>(Collections.nCopies(STEPS, timestep)), network);
  }
}
