package demofusion.coordinator.diffusion.storage;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Tensor;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReorderBufferTest {
  private static final int LENGTH = 1 << 20; // a sixth of what may wait in the heap

  private final AtomicInteger slabs = new AtomicInteger();

  private final Storage counted =
      new Storage() {
        @Override
        public Slab slab(String name, int length) {
          slabs.incrementAndGet();
          return HeapStorage.slab(length);
        }

        @Override
        public Samples phaseLatent(int number) {
          throw new IllegalStateException("not asked for here");
        }
      };

  private final ReorderBuffer ahead = new ReorderBuffer(counted);

  @Test
  void givesEverythingBack_whetherItWaitedInTheHeapOrNot() {
    for (int unit = 20; unit > 0; unit--) {
      ahead.put(unit, prediction(unit));
    }

    for (int unit = 1; unit <= 20; unit++) {
      assertThat(ahead.take(unit)).as("unit %d", unit).isEqualTo(prediction(unit));
      assertThat(ahead.take(unit)).isNull();
    }
  }

  @Test
  void holdsNoMoreInTheHeapThanItMay() {
    for (int unit = 1; unit <= 6; unit++) {
      ahead.put(unit, prediction(unit));
    }
    assertThat(slabs).hasValue(0);

    ahead.put(7, prediction(7));

    assertThat(slabs).hasValue(1);
  }

  @Test
  void usesRoomAgainThatIsFree() {
    for (int unit = 1; unit <= 100; unit++) {
      ahead.put(unit, prediction(unit));
      if (unit > 12) {
        assertThat(ahead.take(unit - 6)).isNotNull();
      }
    }

    assertThat(slabs).hasValueLessThan(3);
  }

  @Test
  void keepsTheFirstOfTwoAnswers() {
    ahead.put(1, prediction(1));
    ahead.put(1, prediction(2));

    assertThat(ahead.take(1)).isEqualTo(prediction(1));
  }

  private static Tensor prediction(int unit) {
    float[] values = new float[LENGTH];
    Arrays.fill(values, unit);
    values[unit] = -unit;
    return new Tensor(new int[] {1, 4, 512, 512}, values);
  }
}
