package demofusion.coordinator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.render.FarmObserver;
import demofusion.protocol.JobId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllObserversTest {
  @Test
  void tellsEveryOne_inTheirOrder() {
    List<String> heard = new ArrayList<>();
    FarmObserver all = AllObservers.of(ear("a", heard), FarmObserver.NONE, ear("b", heard));

    all.came("worker");
    all.leased(new JobId("job"), BatchKind.LOCAL, 7);

    assertThat(heard).containsExactly("a worker", "b worker", "a 7", "b 7");
  }

  @Test
  void throwsWhatAnObserverThrows() {
    FarmObserver broken =
        new FarmObserver() {
          @Override
          public void came(String worker) {
            throw new IllegalStateException(worker);
          }
        };

    assertThatThrownBy(() -> AllObservers.of(broken).came("worker"))
        .isInstanceOf(IllegalStateException.class);
  }

  private static FarmObserver ear(String name, List<String> heard) {
    return new FarmObserver() {
      @Override
      public void came(String worker) {
        heard.add(name + " " + worker);
      }

      @Override
      public void leased(JobId job, BatchKind kind, long queuedNanos) {
        heard.add(name + " " + queuedNanos);
      }
    };
  }
}
