package demofusion.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReloadedModelTest {
  private static final Work.DecodeLatent WORK =
      new Work.DecodeLatent(Tensor.zeros(4, 16, 16), AssetId.NONE, 1);
  private static final Duration TIME = Duration.ofHours(1);

  private final List<String> happened = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(-5); // a monotonic one may be below zero
  private ModelGeometry geometry = new ModelGeometry(16, 4, 8);
  private Runnable whileItWorks = () -> {};

  private DiffusionModel load() {
    happened.add("loaded");
    DiffusionModel model = new SyntheticModel(SyntheticSettings.of(geometry));
    return (DiffusionModel)
        Proxy.newProxyInstance(
            DiffusionModel.class.getClassLoader(),
            new Class<?>[] {DiffusionModel.class},
            (self, method, arguments) -> {
              switch (method.getName()) {
                case "close" -> happened.add("closed");
                case "decode" -> {
                  happened.add("worked");
                  whileItWorks.run();
                }
                default -> {}
              }
              try {
                return method.invoke(model, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ReloadedModel model() {
    return new ReloadedModel(this::load, TIME, clock::get);
  }

  @Test
  void leavesTheDevice_andComesBackForWork_withTheSameBits() {
    ReloadedModel model = model();
    Tensor before = model.decode(WORK, null).pixels();

    model.rest();
    model.rest();
    assertThat(model.isResting()).isTrue();
    assertThat(model.card().name()).isNotEmpty();
    Tensor after = model.decode(WORK, null).pixels();

    assertThat(after.values()).isEqualTo(before.values());
    assertThat(model.isResting()).isFalse();
    assertThat(happened).containsExactly("loaded", "worked", "closed", "loaded", "worked");
  }

  @Test
  void leavesAfterSoMuchTimeWithoutWork_andNotBefore() {
    ReloadedModel model = model();
    clock.addAndGet(TIME.toNanos() - 1);
    model.restIfIdle();
    assertThat(model.isResting()).isFalse();

    model.decode(WORK, null);
    clock.addAndGet(TIME.toNanos() - 1);
    model.restIfIdle();
    assertThat(model.isResting()).isFalse();
    clock.incrementAndGet();
    model.restIfIdle();
    assertThat(model.isResting()).isTrue();
  }

  @Test
  void doesNotLeaveRightAfterWorkThatTookLong() throws Exception {
    ReloadedModel model = model();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    whileItWorks =
        () -> {
          clock.addAndGet(2 * TIME.toNanos());
          begun.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    Thread work = new Thread(() -> model.decode(WORK, null));
    work.start();
    begun.await();
    Thread timer = new Thread(model::restIfIdle);
    timer.start();
    while (timer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    work.join();
    timer.join();

    assertThat(model.isResting()).isFalse();
    assertThat(happened).containsExactly("loaded", "worked");
  }

  @Test
  void closesOnce_andIsNotLoadedAgain() {
    ReloadedModel resting = model();
    resting.rest();
    resting.close();
    resting.close();

    assertThat(happened).containsExactly("loaded", "closed");
    assertThatThrownBy(() -> resting.decode(WORK, null))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CANCELLED));
  }

  @Test
  void isNoOtherModelAfterwards() {
    ReloadedModel model = model();
    model.rest();
    geometry = new ModelGeometry(32, 4, 8);

    assertThatThrownBy(model::ready).hasMessageContaining("others than when the worker began");
    assertThat(happened).containsExactly("loaded", "closed", "loaded", "closed");
    assertThat(model.isResting()).isTrue();
  }
}
