package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

class FarmSystemTest {
  @Test
  void continuesWithoutASystemThatDoesNotEnd() throws InterruptedException {
    CountDownLatch lives = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.setup(
                context -> {
                  lives.countDown();
                  return Behaviors.receive(Void.class)
                      .onSignal(
                          PostStop.class,
                          stopped -> {
                            leave.await();
                            return Behaviors.same();
                          })
                      .build();
                }),
            "stubborn",
            ConfigFactory.parseString("pekko.actor.provider = local")
                .withFallback(ConfigFactory.load()));

    lives.await(); // who has not begun has nothing to end
    system.terminate();

    assertThat(FarmSystem.awaitEnd(system, Duration.ofMillis(200))).isFalse();
    leave.countDown();
    assertThat(FarmSystem.awaitEnd(system, Duration.ofMinutes(1))).isTrue();
  }
}
