package demofusion.deploy.plan.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScalingSimulationTest {
  @Test
  void drawsAtOnce_whereAPodIsThere() {
    ScalingOutcome outcome = run(rules(1, 1, 60), new Arrival(0, 100), new Arrival(200, 50));

    assertThat(outcome.waits()).containsExactly(0.0, 0.0);
    assertThat(outcome.times()).containsExactly(100.0, 50.0);
    assertThat(outcome.gpuSeconds()).isCloseTo(250, within(1e-6));
  }

  @Test
  void sharesPodsEqually() {
    // one pod: 20 s alone (80 left), then halves: 40 is done after 80 s, and 40 is left alone
    ScalingOutcome outcome = run(rules(1, 1, 60), new Arrival(0, 100), new Arrival(20, 40));

    assertThat(outcome.times()).containsExactly(140.0, 80.0);
  }

  @Test
  void waitsForTheFirstPod_whichGoesAfterTheCooldown() {
    // noticed at 15 s, ready at 75 s, done at 135 s; work was last seen at the poll of 120 s
    ScalingOutcome outcome = run(rules(0, 1, 60), new Arrival(10, 60));

    assertThat(outcome.waits()).containsExactly(65.0);
    assertThat(outcome.times()).containsExactly(125.0);
    assertThat(outcome.seconds()).as("600 s after 120 s").isCloseTo(720, within(1e-6));
    assertThat(outcome.gpuSeconds()).isCloseTo(720 - 15, within(1e-6));
  }

  @Test
  void createsWhatTheWorkWants_fourAtOnce() {
    // ⌈6000 / 600⌉ = 10 pods: 4 at 0 s, 8 at 15 s, 10 at 30 s, when 15·4 + 15·8 are drawn
    ScalingOutcome outcome =
        run(new ScalingRules(0, 100, 600, 0, 15, 600, 3600), new Arrival(0, 6000));

    assertThat(outcome.most()).isEqualTo(10);
    assertThat(outcome.times().get(0)).isCloseTo(30 + (6000 - 180) / 10.0, within(1e-6));
    assertThat(outcome.waits()).containsExactly(0.0);
  }

  @Test
  void sendsOneAway_whenLessIsLeft() {
    // 4 pods; 1800 left at 150 s: 3; 1170 at 360 s: 2; 600 at 645 s: 1, which needs 600 s
    ScalingOutcome outcome =
        run(new ScalingRules(0, 4, 600, 0, 15, 600, 0), new Arrival(0, 2400));

    assertThat(outcome.times().get(0)).isCloseTo(1245, within(1e-6));
    assertThat(outcome.gpuSeconds())
        .as("the last stays until 600 s after the poll of 1230 s")
        .isCloseTo(2400 + 1830 - 1245, within(1e-6));
  }

  @Test
  void keepsItsBounds_andTheWork_whateverComes() {
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int min = random.nextInt(3);
      int max = Math.max(1, min) + random.nextInt(12);
      double startUp = random.nextInt(3) * 90.0;
      List<Arrival> jobs = load(random);

      ScalingOutcome outcome = ScalingSimulation.run(rules(min, max, startUp), jobs);

      assertThat(outcome.fewest()).as("seed %d", seed).isEqualTo(min);
      assertThat(outcome.most()).isBetween(min, max);
      assertThat(outcome.gpuSeconds()).isGreaterThanOrEqualTo(outcome.workSeconds() - 1e-3);
      for (int n = 0; n < jobs.size(); n++) {
        assertThat(outcome.waits().get(n)).isBetween(0.0, 15 + startUp + 1e-6);
        assertThat(outcome.times().get(n)).isGreaterThanOrEqualTo(jobs.get(n).work() / max - 1e-6);
      }
    }
  }

  @Test
  void letsNobodyWait_wherePodsStartAtOnceAndItLooksOften() {
    for (long seed = 0; seed < 10; seed++) {
      List<Arrival> jobs = load(new Random(seed));
      ScalingRules rules = new ScalingRules(0, 10_000, 600, 0, 0.5, 600, 300);

      ScalingOutcome outcome = ScalingSimulation.run(rules, jobs);

      assertThat(outcome.waiting().max()).as("seed %d", seed).isLessThanOrEqualTo(0.5 + 1e-6);
    }
  }

  @Test
  void costsAllItsTime_whereNothingScales() {
    ScalingOutcome outcome =
        ScalingSimulation.run(rules(0, 8, 120).always(8), load(new Random(3)));

    assertThat(outcome.gpuSeconds()).isCloseTo(8 * outcome.seconds(), within(1e-3));
    assertThat(outcome.waiting().max()).isZero();
  }

  @Test
  void saysNineOfTen() {
    List<Double> ten = new ArrayList<>();
    for (int n = 10; n >= 1; n--) {
      ten.add((double) n);
    }
    ScalingOutcome.Spread spread = ScalingOutcome.Spread.of(ten);

    assertThat(spread).isEqualTo(new ScalingOutcome.Spread(5.5, 5, 9, 10));
  }

  private static List<Arrival> load(Random random) {
    List<Arrival> jobs = new ArrayList<>();
    double at = 0;
    for (int n = 0; n < 30; n++) {
      at += -Math.log(1 - random.nextDouble()) * 300;
      jobs.add(new Arrival(at, 10 + random.nextInt(3000)));
    }
    return jobs;
  }

  private static ScalingOutcome run(ScalingRules rules, Arrival... arrivals) {
    return ScalingSimulation.run(rules, List.of(arrivals));
  }

  private static ScalingRules rules(int min, int max, double startUp) {
    return ScalingRules.of(min, max, 600, startUp, 600);
  }
}
