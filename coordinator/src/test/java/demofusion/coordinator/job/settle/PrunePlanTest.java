package demofusion.coordinator.job.settle;

import static demofusion.coordinator.job.record.Records.NOW;
import static demofusion.coordinator.job.record.Records.done;
import static demofusion.coordinator.job.record.Records.ids;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.Notification;
import demofusion.coordinator.job.record.Notification.Channel;
import demofusion.coordinator.job.record.Records;
import demofusion.protocol.api.Retention;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrunePlanTest {
  private static final Job OLD = done("old", Duration.ofDays(9), 100, null);
  private static final Job MIDDLE = done("middle", Duration.ofDays(5), 100, null);
  private static final Job NEW = done("new", Duration.ofDays(1), 100, null);
  private static final Job UNFINISHED = Records.waiting("unfinished", 0);
  private static final List<Job> ALL = List.of(UNFINISHED, NEW, OLD, MIDDLE);

  private static List<String> going(Retention retention) {
    return ids(PrunePlan.of(ALL, retention, NOW));
  }

  @Test
  void removesNothing_withoutRules() {
    assertThat(going(Retention.FOREVER)).isEmpty();
  }

  @Test
  void removesByAge() {
    assertThat(going(new Retention(Duration.ofDays(5), null, null))).containsExactly("old");
  }

  @Test
  void removesByCount_theOldestFirst() {
    assertThat(going(new Retention(null, 1, null))).containsExactly("old", "middle");
  }

  @Test
  void removesByBytes() {
    assertThat(going(new Retention(null, null, 250L))).containsExactly("old");
    assertThat(going(new Retention(null, null, 99L))).containsExactly("old", "middle", "new");
  }

  @Test
  void keepsAllRulesTogether() {
    assertThat(going(new Retention(Duration.ofDays(2), 5, 1000L))).containsExactly("old", "middle");
  }

  @Test
  void keepsAJobThatSomebodyIsStillToBeToldOf() {
    Job untold =
        done("untold", Duration.ofDays(20), 100, Notification.pending(Channel.WEBHOOK, NOW));

    assertThat(PrunePlan.of(List.of(untold), new Retention(null, 0, 0L), NOW)).isEmpty();
  }
}
