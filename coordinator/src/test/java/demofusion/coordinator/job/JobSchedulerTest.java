package demofusion.coordinator.job;

import static demofusion.coordinator.job.record.Records.NOW;
import static demofusion.coordinator.job.record.Records.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.budget.BudgetRound;
import demofusion.coordinator.job.JobScheduler.Capacity;
import demofusion.coordinator.job.JobScheduler.Decision;
import demofusion.coordinator.job.record.FolderContents;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.Records;
import demofusion.protocol.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobSchedulerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Capacity capacity(int atOnce, long heapBytes, long diskBytes) {
    return new Capacity(
        atOnce, heapBytes, diskBytes, Path.of("data"), model -> true, PATIENCE, BudgetRound.FREE);
  }

  private static Decision decide(Capacity capacity, List<Job> running, List<Job> waiting) {
    return JobScheduler.decide(capacity, running, waiting, new FairOrder(), NOW);
  }

  @Test
  void startsTheMoreUrgentFirst_otherwiseAsTheyCame() {
    List<Job> waiting = List.of(waiting("a", 0), waiting("b", 5), waiting("c", 0), waiting("d", 5));

    Decision decision = decide(capacity(3, 1000, 1000), List.of(), waiting);

    assertThat(Records.ids(decision.start())).containsExactly("b", "d", "a");
    assertThat(Records.ids(decision.held().keySet())).containsExactly("c");
    assertThat(decision.held().values()).containsOnlyNulls();
  }

  @Test
  void asksTheLeastUrgentToMakeRoom_onlyForOneThatIsMoreUrgent() {
    Job low = waiting("low", 0);
    Job later = waiting("later", 0);
    Job high = waiting("high", 3);

    assertThat(
            decide(capacity(3, 1000, 1000), List.of(low, later, high), List.of(waiting("same", 0)))
                .yield())
        .isEmpty();
    assertThat(
            decide(capacity(3, 1000, 1000), List.of(low, later, high), List.of(waiting("new", 1)))
                .yield())
        .containsExactly(later);
  }

  @Test
  void passesOverAJobThatTheDiskHasNoRoomFor() {
    Job large = waiting("large", 1, 10, 8 << 20);
    Job small = waiting("small", 0, 10, 100);

    Decision decision = decide(capacity(2, 1000, 3 << 20), List.of(), List.of(large, small));

    assertThat(decision.start()).containsExactly(small);
    assertThat(decision.held().get(large))
        .isEqualTo(
            "data has room for only 3 MiB more, but the job needs 8; it continues when there is"
                + " space");
  }

  @Test
  void countsWhatRunningJobsWillStillWrite() {
    Job running = waiting("running", 0, 10, 600);
    Job next = waiting("next", 0, 10, 600);

    assertThat(decide(capacity(2, 1000, 1100), List.of(running), List.of(next)).start()).isEmpty();
    running.measured(new FolderContents(List.of(), false, false, 200));
    assertThat(decide(capacity(2, 1000, 1100), List.of(running), List.of(next)).start())
        .containsExactly(next);
  }

  @Test
  void letsNobodyOvertakeAJobThatWaitsForMemory() {
    Job running = waiting("running", 0, 600, 10);
    Job large = waiting("large", 0, 500, 10);
    Job small = waiting("small", 0, 10, 10);

    Decision decision = decide(capacity(3, 1000, 1000), List.of(running), List.of(large, small));

    assertThat(decision.start()).isEmpty();
    assertThat(decide(capacity(3, 400, 1000), List.of(), List.of(large)).start())
        .as("alone it may try")
        .containsExactly(large);
  }

  @Test
  void saysThatNoWorkerIsThere_onlyAfterAWhile() {
    Job job = waiting("job", 0);
    Capacity deserted =
        new Capacity(1, 1000, 1000, Path.of("data"), model -> false, PATIENCE, BudgetRound.FREE);

    Decision soon =
        JobScheduler.decide(
            deserted, List.of(), List.of(job), new FairOrder(), NOW.plusSeconds(29));
    Decision later =
        JobScheduler.decide(
            deserted, List.of(), List.of(job), new FairOrder(), NOW.plusSeconds(30));

    assertThat(soon.held().get(job)).isNull();
    assertThat(later.held().get(job)).startsWith("no worker has the model toy");
  }

  @Test
  void triesAFullDiskAgain_laterAndLater() {
    Job job = waiting("job", 0);
    Backoff backoff = new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(60));
    job.pause("full", NOW, backoff);
    Capacity capacity = capacity(1, 1000, 1000);

    assertThat(
            JobScheduler.decide(
                    capacity, List.of(), List.of(job), new FairOrder(), NOW.plusSeconds(4))
                .held())
        .containsEntry(job, "full");
    assertThat(
            JobScheduler.decide(
                    capacity, List.of(), List.of(job), new FairOrder(), NOW.plusSeconds(5))
                .start())
        .containsExactly(job);
    job.pause("full", NOW.plusSeconds(5), backoff);
    assertThat(
            JobScheduler.decide(
                    capacity, List.of(), List.of(job), new FairOrder(), NOW.plusSeconds(14))
                .start())
        .isEmpty();
    assertThat(backoff.after(100)).isEqualTo(Duration.ofSeconds(60));
  }
}
