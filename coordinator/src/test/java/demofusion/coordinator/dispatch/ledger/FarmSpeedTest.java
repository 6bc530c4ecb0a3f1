package demofusion.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How much faster many workers are, in virtual time and without a network: what is lost here is
 * lost by the dispatch alone. The picture is 4096×4096 with SDXL's geometry, whose timesteps have
 * 1, 13, 34 and 65 guided views of 200 ms.
 *
 * <p>A timestep ends when its last view does, so the plan itself sets a limit. Speed-ups on one
 * picture, reached and possible: 3.65 of 3.65 with 4 workers, 6.65 of 6.65 with 8, 11.30 of 11.30
 * with 16; with guidance halves as units 3.90, 7.29 and 13.29, all of them the limit. Workers of
 * 1:4 speeds: 98 to 99.9 % of what the plan allows on one picture, and over 97 % of their summed
 * rates on several. One worker more that is ten times slower: 1 to 2 % longer at worst, 6 % if it
 * is the first one there and a cold farm begins with it.
 */
class FarmSpeedTest {
  private static final long VIEW = 200 * VirtualTime.MILLIS;
  private static final int[] PHASES = {1, 13, 34, 65};
  private static final int STEPS = 5;

  @ParameterizedTest
  @CsvSource({"4, false", "8, false", "16, false", "4, true", "8, true", "16, true"})
  void reachesWhatThePlanAllows_withEqualWorkers(int workers, boolean halves) {
    List<Long> paces = equal(workers);

    assertThat(limit(paces, halves) / seconds(paces, picture(halves))).isBetween(0.99, 1.0001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4 1", "4 4 1 1", "4 4 4 1", "4 1 1 1", "4 4 4 4 1 1 1 1"})
  void losesLittle_withWorkersOfUnequalSpeeds(String rates) {
    List<Long> paces = paces(rates);

    assertThat(limit(paces, false) / seconds(paces, picture(false))).isBetween(0.96, 1.0001);
    assertThat(limit(paces, true) / seconds(paces, picture(true))).isBetween(0.98, 1.0001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 1 1 1", "4 4 1 1", "4 4 4 1", "4 1 1 1"})
  void keepsAllWorkersBusy_withSeveralPictures(String rates) {
    List<Long> paces = paces(rates);
    double summed = paces.stream().mapToDouble(pace -> 1e9 / pace).sum();
    SimulatedPicture[] pictures = new SimulatedPicture[6];
    for (int n = 0; n < pictures.length; n++) {
      pictures[n] = picture(n % 2 == 0);
    }

    double seconds = seconds(paces, pictures);

    assertThat(pictures.length * views() / seconds / summed).isGreaterThan(0.97);
  }

  @ParameterizedTest
  @CsvSource({"2, false", "4, false", "8, false", "16, false", "4, true", "16, true"})
  void losesUnderATenth_toAWorkerThatIsTenTimesSlower(int fast, boolean slowOneFirst) {
    List<Long> without = equal(fast);
    List<Long> with = new ArrayList<>(without);
    with.add(slowOneFirst ? 0 : fast, 10 * VIEW);

    assertThat(seconds(with, picture(false)) / seconds(without, picture(false))).isLessThan(1.1);
    assertThat(seconds(with, picture(true)) / seconds(without, picture(true))).isLessThan(1.1);
  }

  private static List<Long> equal(int workers) {
    return Collections.nCopies(workers, VIEW);
  }

  private static List<Long> paces(String rates) {
    return List.of(rates.split(" ")).stream().map(rate -> VIEW / Long.parseLong(rate)).toList();
  }

  private static double views() {
    return IntStream.of(PHASES).sum() * STEPS;
  }

  /**
   * What no dispatch can go below: in each timestep, the soonest that so many units can be done.
   */
  private static double limit(List<Long> nanosPerView, boolean halves) {
    List<Long> paces = nanosPerView.stream().map(pace -> halves ? pace / 2 : pace).toList();
    double nanos = 0;
    for (int views : PHASES) {
      int units = halves ? 2 * views : views;
      nanos +=
          paces.stream()
              .flatMapToLong(pace -> LongStream.rangeClosed(1, units).map(n -> n * pace))
              .filter(end -> paces.stream().mapToLong(pace -> end / pace).sum() >= units)
              .min()
              .orElseThrow();
    }
    return nanos * STEPS / VirtualTime.SECONDS;
  }

  private static SimulatedPicture picture(boolean halves) {
    List<List<BatchTerms>> timesteps = new ArrayList<>();
    for (int views : PHASES) {
      List<BatchTerms> batches =
          Collections.nCopies(
              halves ? 2 * views : views,
              halves ? BatchTerms.half(1, 1 << 18) : BatchTerms.forward(1, 1, 1 << 18, true));
      timesteps.addAll(Collections.nCopies(STEPS, batches));
    }
    return SimulatedPicture.counting(timesteps);
  }

  private static double seconds(List<Long> nanosPerView, SimulatedPicture... pictures) {
    VirtualTime time = new VirtualTime();
    SimulatedNetwork network =
        new SimulatedNetwork(time, SimulatedNetwork.Habits.PERFECT, new Random(1));
    SimulatedCoordinator coordinator =
        new SimulatedCoordinator(time, network, LedgerRules.startingAt(0));
    for (int n = 0; n < nanosPerView.size(); n++) {
      coordinator.meet(
          new SimulatedWorker("worker-" + n, nanosPerView.get(n), time, network, work -> work));
    }
    for (int n = 0; n < pictures.length; n++) {
      coordinator.begin(new JobId("job-" + n), 0, pictures[n]);
    }
    time.runUntil(coordinator::isDone, Duration.ofHours(10).toNanos());
    if (Boolean.getBoolean("figures")) {
      System.out.printf(
          "%s %d pictures: %.2f s%n", nanosPerView, pictures.length, time.now() / 1e9);
    }
    return time.now() / (double) VirtualTime.SECONDS;
  }
}
