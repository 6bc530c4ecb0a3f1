package demofusion.worker.model.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.DiffusionModelContract;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SyntheticModelTest extends DiffusionModelContract {
  private static final SyntheticSettings SETTINGS =
      SyntheticSettings.of(new ModelGeometry(8, 4, 8));

  private final SyntheticModel model = new SyntheticModel(SETTINGS);

  @Override
  protected DiffusionModel model() {
    return model;
  }

  @Test
  void predictsAViewTheSame_whateverElseIsInItsBatch() {
    Tensor three = views(3, 1);
    int size = 4 * 8 * 8;
    Tensor second =
        new Tensor(new int[] {1, 4, 8, 8}, Arrays.copyOfRange(three.values(), size, 2 * size));

    float[] together =
        model.predictNoise(work(three, GuidanceHalf.BOTH), embeddings()).noise().values();
    float[] alone =
        model.predictNoise(work(second, GuidanceHalf.BOTH), embeddings()).noise().values();

    assertThat(Arrays.copyOfRange(together, size, 2 * size)).isEqualTo(alone);
  }

  @Test
  void runsOutOfMemory_whenAUnitHasMoreViewsThanItHolds() {
    DiffusionModel small = new SyntheticModel(SETTINGS.withMostViews(2));

    small.predictNoise(work(views(2, 1), GuidanceHalf.BOTH), embeddings());
    DemofusionException failure =
        catchThrowableOfType(
            DemofusionException.class,
            () -> small.predictNoise(work(views(3, 1), GuidanceHalf.BOTH), embeddings()));

    assertThat(failure.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
  }

  @Test
  void takesTheTimeItIsTold_andHalfOfItForAHalf() {
    DiffusionModel slow = new SyntheticModel(SETTINGS.withTimePerView(Duration.ofMillis(40)));

    assertThat(nanos(slow, GuidanceHalf.BOTH)).isGreaterThanOrEqualTo(80_000_000L);
    assertThat(nanos(slow, GuidanceHalf.TEXT)).isGreaterThanOrEqualTo(40_000_000L);
  }

  private long nanos(DiffusionModel slow, GuidanceHalf half) {
    long before = System.nanoTime();
    slow.predictNoise(work(views(2, 1), half), embeddings());
    return System.nanoTime() - before;
  }
}
