package demofusion.deploy.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.DiffusionModel;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedCardTest {
  private static final InstantSource CLOCK = () -> Instant.EPOCH;

  private final AtomicReference<Optional<String>> wanted = new AtomicReference<>(Optional.empty());
  private final BlockingQueue<String> happened = new LinkedBlockingQueue<>();

  /** A model that says when it is taken off the device. */
  private List<DiffusionModel> models() {
    happened.add("loaded");
    Object model =
        Proxy.newProxyInstance(
            DiffusionModel.class.getClassLoader(),
            new Class<?>[] {DiffusionModel.class},
            (self, method, arguments) -> {
              if (!method.getName().equals("close")) {
                throw new UnsupportedOperationException(method.toString());
              }
              happened.add("unloaded");
              return null;
            });
    return List.of((DiffusionModel) model);
  }

  private SharedCard.Stay stay(Supplier<List<DiffusionModel>> models) {
    CountDownLatch stopped = new CountDownLatch(1);
    return new SharedCard.Stay() {
      @Override
      public void run() throws InterruptedException {
        assertThat(models.get()).hasSize(1);
        stopped.await();
        happened.add("left");
      }

      @Override
      public void stop() {
        stopped.countDown();
      }
    };
  }

  private SharedCard card() {
    return new SharedCard(
        "gpu-1",
        now -> Objects.requireNonNull(wanted.get()),
        () -> this::models,
        this::stay,
        CLOCK,
        Duration.ofMillis(5));
  }

  private Thread run(SharedCard card) {
    Thread thread =
        new Thread(
            () -> {
              try {
                card.run();
              } catch (InterruptedException | DemofusionException e) {
                happened.add("failed: " + e.getMessage());
              }
              happened.add("ended");
            });
    thread.start();
    return thread;
  }

  private String next() throws InterruptedException {
    String next = happened.poll(30, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  @Test
  void leavesAndUnloads_whenItsOwnerWantsTheCard_andComesBack() throws Exception {
    SharedCard card = card();
    Thread thread = run(card);
    assertThat(next()).isEqualTo("loaded");

    wanted.set(Optional.of("somebody plays"));
    assertThat(next()).isEqualTo("left");
    assertThat(next()).isEqualTo("unloaded");
    assertThat(happened.poll(200, TimeUnit.MILLISECONDS)).isNull(); // as long as it is wanted

    wanted.set(Optional.empty());
    assertThat(next()).isEqualTo("loaded");
    card.stop();
    thread.join();
    assertThat(happened).containsExactly("left", "unloaded", "ended");
  }

  @Test
  void loadsNothing_whileTheCardIsWantedAtTheStart() throws Exception {
    wanted.set(Optional.of("somebody plays"));
    SharedCard card = card();
    Thread thread = run(card);
    assertThat(happened.poll(200, TimeUnit.MILLISECONDS)).isNull();

    card.stop();
    thread.join();

    assertThat(happened).containsExactly("ended");
  }

  @Test
  void failsAsItsStayDoes_andUnloads() throws Exception {
    SharedCard card =
        new SharedCard(
            "gpu-1",
            now -> Objects.requireNonNull(wanted.get()),
            () -> this::models,
            models ->
                new SharedCard.Stay() {
                  @Override
                  public void run() {
                    assertThat(models.get()).hasSize(1);
                    throw DemofusionException.badRequest("no such device");
                  }

                  @Override
                  public void stop() {}
                },
            CLOCK,
            Duration.ofMillis(5));
    run(card).join();

    assertThat(happened).containsExactly("loaded", "unloaded", "failed: no such device", "ended");
  }

  @Test
  void lendsNoModels_whenTheStayIsOverBeforeTheyAreLoaded() {
    LentModels lent = new LentModels(this::models);
    lent.close();

    assertThatThrownBy(lent::get).hasMessageContaining("its owner's again");
    assertThat(happened).isEmpty();
  }
}
