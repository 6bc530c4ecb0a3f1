package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.JobViews;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueuePositionTest {
  private static JobView job(String owner, int minute) {
    return JobViews.of(
            owner + minute, Instant.parse("2026-11-30T08:00:00Z").plusSeconds(60L * minute))
        .of(owner, "a lake")
        .in(JobState.QUEUED)
        .drawing(1024, 768, 50, 7)
        .by("miniature", "0123456789abcdef")
        .view();
  }

  @Test
  void countsEarlierOnesOfItsOwner_andAsManyOfOthers() {
    List<JobView> queued = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      queued.add(job("ann", n));
    }
    JobView first = job("bob", 100);
    JobView second = job("bob", 101);
    queued.addAll(List.of(first, second));

    assertThat(QueuePosition.before(first, queued)).isEqualTo(1);
    assertThat(QueuePosition.before(second, queued)).isEqualTo(3);
    assertThat(QueuePosition.before(queued.get(0), queued)).isZero();
    assertThat(QueuePosition.before(queued.get(99), queued)).isEqualTo(101);
  }
}
