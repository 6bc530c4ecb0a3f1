package demofusion.coordinator.job.record;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobIdsTest {
  private final TestClock clock = new TestClock();

  @Test
  void namesTheSecond() {
    assertThat(new JobIds(clock, new Random(1)).next(id -> false).id().value())
        .matches("20260301-120000-[0-9a-f]{4}");
  }

  @Test
  void givesNoNameTwice_evenIfTheClockStandsStill() {
    JobIds ids = new JobIds(clock, new Random(1));
    Set<JobId> taken = new HashSet<>();

    for (int n = 0; n < 1000; n++) {
      assertThat(taken.add(ids.next(taken::contains).id())).isTrue();
    }
  }

  @Test
  void keepsTheOrder_whenTheClockIsSetBack() {
    JobIds ids = new JobIds(clock, new Random(1));
    List<JobIds.Name> names = new ArrayList<>();

    names.add(ids.next(id -> false));
    clock.advance(Duration.ofHours(-1));
    names.add(ids.next(id -> false));
    names.add(ids.next(id -> false));

    assertThat(names).extracting(JobIds.Name::submittedAt).isSorted().doesNotHaveDuplicates();
  }
}
