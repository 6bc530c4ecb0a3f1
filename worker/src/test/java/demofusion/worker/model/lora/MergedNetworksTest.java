package demofusion.worker.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedNetworksTest {
  private static final Fake BASE = new Fake("base");

  private final List<Fake> made = new ArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final MergedNetworks<String, Fake> networks =
      new MergedNetworks<>(BASE, FakeMaking::new, () -> 20);

  /** A network that knows whether it was closed. */
  private static final class Fake implements AutoCloseable {
    final String name;
    final AtomicBoolean isClosed = new AtomicBoolean();

    Fake(String name) {
      this.name = name;
    }

    @Override
    public void close() {
      if (isClosed.getAndSet(true)) {
        throw new IllegalStateException(name + " is closed twice");
      }
    }
  }

  /** Each takes 10 bytes; one that is called "nothing" changes nothing. */
  private final class FakeMaking implements MergedNetworks.Making<Fake> {
    private final String name;

    FakeMaking(String name) {
      this.name = name;
    }

    @Override
    public long bytes() {
      return 10;
    }

    @Override
    public @Nullable Fake make() {
      if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new DemofusionException(FailureCode.OUT_OF_MEMORY, "no room");
      }
      if (name.equals("bad")) {
        throw DemofusionException.badModel("LoRA bad is damaged");
      }
      if (name.equals("nothing")) {
        return null;
      }
      Fake fake = new Fake(name);
      synchronized (made) {
        made.add(fake);
      }
      return fake;
    }
  }

  @Test
  void keepsASetThatWasMade() {
    Fake first = networks.with("a", network -> network);
    Fake again = networks.with("a", network -> network);

    assertThat(again).isSameAs(first);
    assertThat(made).hasSize(1);
    assertThat(networks.bytes()).isEqualTo(10);
  }

  @Test
  void letsTheLongestUnusedGo_whereThereIsNoRoomForAnother() {
    networks.with("a", network -> network);
    networks.with("b", network -> network);
    networks.with("a", network -> network);

    networks.with("c", network -> network);

    assertThat(made.stream().filter(one -> one.isClosed.get()).map(one -> one.name))
        .containsExactly("b");
    assertThat(networks.count()).isEqualTo(2);
  }

  @Test
  void closesNothingThatIsComputedWith() {
    networks.with(
        "a",
        a -> {
          networks.with("b", b -> b);
          networks.with("c", c -> c);
          networks.with("d", d -> d);
          assertThat(a.isClosed).isFalse();
          return a;
        });

    assertThat(made.get(0).isClosed).isTrue();
  }

  @Test
  void takesTheModelItself_whereASetChangesNothing() {
    Fake taken = networks.with("nothing", network -> network);
    networks.close();

    assertThat(taken).isSameAs(BASE);
    assertThat(BASE.isClosed).isFalse();
  }

  @Test
  void triesAgain_whereASetCouldNotBeMade() {
    assertThatThrownBy(() -> networks.with("bad", network -> network))
        .isInstanceOf(DemofusionException.class)
        .hasMessage("LoRA bad is damaged");

    assertThat(networks.count()).isZero();
  }

  @Test
  void givesUpOtherSets_whereTheDeviceHasNoMemory() {
    networks.with("a", network -> network);
    failures.set(1);

    Fake b = networks.with("b", network -> network);

    assertThat(b.name).isEqualTo("b");
    assertThat(made.get(0).isClosed).isTrue();
  }

  @Test
  void letsAllGoThatNobodyComputesWith_whereOtherWorkWantsTheRoom() {
    networks.with("b", network -> network);

    networks.with(
        "a",
        a -> {
          assertThat(networks.closeUnused()).isTrue();
          assertThat(a.isClosed).isFalse();
          assertThat(networks.closeUnused()).isFalse();
          return a;
        });

    assertThat(made.stream().filter(one -> one.isClosed.get()).map(one -> one.name))
        .containsExactly("b");
    assertThat(networks.bytes()).isEqualTo(10);
    assertThat(networks.closeUnused()).isTrue();
    assertThat(made).allMatch(one -> one.isClosed.get());
  }

  @Test
  void saysThatThereIsNoMemory_whereNothingCanBeGivenUp() {
    failures.set(1);

    assertThatThrownBy(() -> networks.with("a", network -> network))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e -> assertThat(e.code()).isEqualTo(FailureCode.OUT_OF_MEMORY));
  }

  @Test
  void makesASetOnce_howeverManyWantIt() throws Exception {
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<Fake>> results = new ArrayList<>();
    for (int n = 0; n < threads; n++) {
      results.add(
          executor.submit(
              () -> {
                start.await();
                return networks.with("a", network -> network);
              }));
    }

    for (Future<Fake> result : results) {
      assertThat(result.get(10, TimeUnit.SECONDS).name).isEqualTo("a");
    }

    executor.shutdown();
    assertThat(made).hasSize(1);
  }

  @Test
  void closesEachOnce_inTheEnd() {
    networks.with("a", network -> network);
    networks.with("b", network -> network);

    networks.close();

    assertThat(made).allMatch(one -> one.isClosed.get());
    assertThat(networks.count()).isZero();
  }
}
