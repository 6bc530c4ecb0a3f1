package demofusion.coordinator.render.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much faster many workers are, in virtual time. */
class FarmSpeedTest {
  private static final long VIEW = 200 * VirtualTime.MILLIS;

  /** Guided views per timestep of the phases of 4096×4096 with SDXL. */
  private static final int[] PHASES = {1, 13, 34, 65};

  private static final int STEPS = 10;

  @ParameterizedTest
  @CsvSource({"4, false", "8, false", "16, false", "4, true", "8, true", "16, true"})
  void reachesWhatThePlanAllows(int workers, boolean halves) {
    double alone = seconds(equal(1), picture(halves));
    double together = seconds(equal(workers), picture(halves));
    double limit = views() / limit(workers, halves);
    System.out.printf(
        "N=%d halves=%s speedup %.3f limit %.3f%n", workers, halves, alone / together, limit);

    assertThat(alone / together).isGreaterThanOrEqualTo(0.99 * limit);
  }

  private static double views() {
    return IntStream.of(PHASES).sum() * STEPS;
  }

  private static double limit(int workers, boolean halves) {
    int parts = halves ? 2 : 1;
    return IntStream.of(PHASES)
            .mapToDouble(views -> Math.ceil(views * parts / (double) workers) / parts)
            .sum()
        * STEPS;
  }

  static double bound(List<Long> paces, boolean halves) {
    double sum = 0;
    for (int views : PHASES) {
      int units = halves ? 2 * views : views;
      double unit = halves ? 0.5 : 1;
      double best = Double.MAX_VALUE;
      for (long pace : paces) {
        for (int k = 1; k <= units; k++) {
          double t = k * pace * unit;
          double done = 0;
          for (long other : paces) done += Math.floor(t / (other * unit) + 1e-9);
          if (done >= units) {
            best = Math.min(best, t);
            break;
          }
        }
      }
      sum += best / 1e9;
    }
    return sum * STEPS;
  }

  @Test
  void printsFigures() {
    for (double[] rates :
        new double[][] {
          {4, 1}, {4, 4, 1, 1}, {4, 4, 4, 1}, {4, 4, 4, 4, 1, 1, 1, 1}, {4, 1, 1, 1}
        }) {
      double sum = 0;
      List<Long> paces = new ArrayList<>();
      for (double r : rates) {
        sum += r;
        paces.add((long) (VIEW / r));
      }
      System.out.printf(
          "bound %.3f %.3f ",
          bound(paces, false) / seconds(paces, picture(false)),
          bound(paces, true) / seconds(paces, picture(true)));
      System.out.printf(
          "rates %s: %.3f of sum, halves %.3f%n",
          java.util.Arrays.toString(rates),
          views() * 0.2 / seconds(paces, picture(false)) / sum,
          views() * 0.2 / seconds(paces, picture(true)) / sum);
    }
    for (int n : new int[] {2, 4, 8, 16}) {
      List<Long> fast = equal(n);
      List<Long> with = new ArrayList<>(fast);
      with.add(10 * VIEW);
      System.out.printf(
          "%d + one 10x slower: %.3f halves %.3f%n",
          n,
          seconds(with, picture(false)) / seconds(fast, picture(false)),
          seconds(with, picture(true)) / seconds(fast, picture(true)));
      with.add(0, 10 * VIEW);
      with.remove(with.size() - 1);
      System.out.printf(
          "%d + one 10x slower first: %.3f %n",
          n, seconds(with, picture(false)) / seconds(fast, picture(false)));
    }
    for (int n : new int[] {4, 8, 16}) {
      double one = seconds(equal(1), picture(false));
      double three = seconds(equal(n), picture(false), picture(false), picture(false));
      System.out.printf("3 jobs on %d: %.3f%n", n, 3 * one / three / n);
    }
  }

  private static List<Long> equal(int workers) {
    return Collections.nCopies(workers, VIEW);
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
          new SimulatedWorker("w" + n, nanosPerView.get(n), time, network, work -> work));
    }
    for (int n = 0; n < pictures.length; n++) {
      coordinator.begin(new JobId("job-" + n), 0, pictures[n]);
    }
    time.runUntil(coordinator::isDone, Duration.ofHours(10).toNanos());
    return time.now() / (double) VirtualTime.SECONDS;
  }
}
