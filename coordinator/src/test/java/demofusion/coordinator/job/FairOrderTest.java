package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.job.record.Records;
import demofusion.protocol.JobId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairOrderTest {
  private static final int SIDE = 64;

  private static Job job(String id, String owner, int priority, int steps) {
    return Job.of(
        new JobRecord(
            new JobId(id),
            owner,
            Records.NOW,
            new JobRecord.Subject("a lake", SIDE, SIDE, steps, 7, priority, Records.TOY),
            new JobRecord.Needs(1, 1),
            null,
            null,
            null,
            null,
            List.of()),
        Records.NOW);
  }

  private static List<Job> jobs(String owner, int count, int steps) {
    List<Job> jobs = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      jobs.add(job(owner + "-" + n, owner, 0, steps));
    }
    return jobs;
  }

  @Test
  void asTheyCame_whereThereIsOnePerson() {
    List<Job> waiting = jobs("ann", 5, 4);

    assertThat(new FairOrder().of(waiting)).containsExactlyElementsOf(waiting);
  }

  @Test
  void aHundredJobsOfOne_holdUpAnothersOneByOne() {
    FairOrder order = new FairOrder();
    List<Job> waiting = jobs("ann", 100, 4);
    order.begun(waiting.remove(0));
    Job bobs = job("bob", "bob", 0, 4);
    waiting.add(bobs);

    assertThat(order.of(waiting).get(0)).isEqualTo(bobs);
  }

  @Test
  void countsWork_andNotJobs() {
    FairOrder order = new FairOrder();
    List<Job> waiting = new ArrayList<>(jobs("ann", 2, 40));
    waiting.addAll(jobs("bob", 8, 10));

    assertThat(Records.ids(order.of(waiting)))
        .containsExactly(
            "ann-0", "bob-0", "bob-1", "bob-2", "bob-3", "ann-1", "bob-4", "bob-5", "bob-6",
            "bob-7");
  }

  @Test
  void givesTwiceTheShare_toTwiceTheWeight() {
    FairOrder order = new FairOrder(owner -> owner.equals("ann") ? 2 : 1);
    List<Job> waiting = new ArrayList<>(jobs("bob", 4, 10));
    waiting.addAll(jobs("ann", 8, 10));

    List<String> first = Records.ids(order.of(waiting)).subList(0, 9);

    assertThat(first).filteredOn(id -> id.startsWith("ann")).hasSize(6);
    assertThat(first).filteredOn(id -> id.startsWith("bob")).hasSize(3);
  }

  @Test
  void savesNothingUp_forWhoAsksForNothing() {
    FairOrder order = new FairOrder();
    jobs("ann", 50, 4).forEach(order::begun);
    List<Job> waiting = new ArrayList<>(jobs("bob", 10, 4));
    waiting.addAll(List.of(job("ann-x", "ann", 0, 4), job("ann-y", "ann", 0, 4)));

    assertThat(Records.ids(order.of(waiting)).subList(0, 5))
        .containsExactly("bob-0", "bob-1", "ann-x", "bob-2", "ann-y");
  }

  @Test
  void urgentOnesFirst_whoeversTheyAre() {
    FairOrder order = new FairOrder();
    List<Job> waiting = new ArrayList<>(List.of(job("bob", "bob", 0, 4)));
    waiting.add(job("ann-a", "ann", 5, 4));
    waiting.add(job("ann-b", "ann", 5, 4));

    assertThat(Records.ids(order.of(waiting))).containsExactly("ann-a", "ann-b", "bob");
  }

  @Test
  void lettingOneGoOn_isItsOwnersTurnNoSecondTime() {
    FairOrder order = new FairOrder();
    Job stopped = job("ann-0", "ann", 0, 40);
    order.begun(stopped);
    Job bobs = job("bob", "bob", 0, 4);

    assertThat(order.of(List.of(bobs, stopped))).containsExactly(stopped, bobs);
  }

  /**
   * Ten people with loads of their own; the farm draws one job at a time, and half of them ask for
   * far more than it has. Whoever asks for no more than a tenth of it waits on average at most
   * twice as long as with a tenth of it alone.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nobodyWaitsMoreThanTwiceAFairShare(long seed) {
    List<Asked> load = load(new Random(seed));

    Map<String, Double> shared = meanTimes(load, new FairOrder());
    Map<String, Double> alone = meanTimesWithATenth(load);

    assertThat(shared.keySet()).hasSize(10);
    shared.forEach(
        (who, time) ->
            assertThat(time / Objects.requireNonNull(alone.get(who))).as(who).isLessThan(2));
  }

  private record Asked(double at, Job job, double work) {}

  private static List<Asked> load(Random random) {
    List<Asked> load = new ArrayList<>();
    for (int person = 0; person < 10; person++) {
      boolean isGreedy = person % 2 == 0;
      String who = "person-" + person;
      double at = 0;
      for (int n = 0; n < (isGreedy ? 100 : 25); n++) {
        at += isGreedy ? 0 : 400 * -Math.log(1 - random.nextDouble());
        int steps = 10 + random.nextInt(40);
        load.add(new Asked(at, job(who + "-" + n, who, 0, steps), steps));
      }
    }
    load.sort(Comparator.comparingDouble(Asked::at));
    return load;
  }

  /**
   * From being asked for to being drawn, of each person's jobs; the farm draws one job at a time.
   */
  private static Map<String, Double> meanTimes(List<Asked> load, FairOrder order) {
    Map<String, List<Double>> times = new HashMap<>();
    Map<Job, Asked> waiting = new LinkedHashMap<>();
    int next = 0;
    double now = 0;
    while (next < load.size() || !waiting.isEmpty()) {
      if (waiting.isEmpty()) {
        now = Math.max(now, load.get(next).at());
      }
      while (next < load.size() && load.get(next).at() <= now) {
        waiting.put(load.get(next).job(), load.get(next));
        next++;
      }
      Job job = order.of(waiting.keySet()).get(0);
      order.begun(job);
      Asked asked = Objects.requireNonNull(waiting.remove(job));
      now += asked.work();
      order.over(job.id());
      times.computeIfAbsent(job.record().owner(), any -> new ArrayList<>()).add(now - asked.at());
    }
    return means(times);
  }

  /** The same if everybody had a tenth of the farm, and nothing of the others'. */
  private static Map<String, Double> meanTimesWithATenth(List<Asked> load) {
    Map<String, List<Double>> times = new HashMap<>();
    Map<String, Double> free = new HashMap<>();
    for (Asked asked : load) {
      String who = asked.job().record().owner();
      double end = Math.max(asked.at(), free.getOrDefault(who, 0.0)) + 10 * asked.work();
      free.put(who, end);
      times.computeIfAbsent(who, any -> new ArrayList<>()).add(end - asked.at());
    }
    return means(times);
  }

  private static Map<String, Double> means(Map<String, List<Double>> times) {
    Map<String, Double> means = new HashMap<>();
    times.forEach(
        (who, all) ->
            means.put(who, all.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    return means;
  }
}
