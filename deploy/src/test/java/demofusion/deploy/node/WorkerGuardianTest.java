package demofusion.deploy.node;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.wire.WireMetrics;
import demofusion.worker.TileWorker;
import demofusion.worker.WorkerMetrics;
import demofusion.worker.model.DiffusionModel;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class WorkerGuardianTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterEach
  void endSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void waitsToBeClosed_whereLoadingHadFailedBefore() {
    TestProbe<Object> watching = kit.createTestProbe();
    LoggingTestKit.empty()
        .withLogLevel(Level.ERROR)
        .withOccurrences(0)
        .expect(
            kit.system(),
            () -> {
              ActorRef<WorkerGuardian.Command> guardian = kit.spawn(guardianOfNothing());
              watching.expectNoMessage(Duration.ofMillis(200));
              guardian.tell(new WorkerGuardian.Close());
              watching.expectTerminated(guardian, PATIENCE);
              return guardian;
            });
  }

  private static Behavior<WorkerGuardian.Command> guardianOfNothing() {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    options.put(Setting.JOIN, "http://127.0.0.1:1");
    CollectorRegistry registry = new CollectorRegistry();
    return WorkerGuardian.create(
        WorkerSettings.of(Settings.read(options, Map.of(), null), "worker-1"),
        CompletableFuture.<List<DiffusionModel>>failedFuture(
            new IllegalStateException("no such model")),
        new WorkerMetrics(registry),
        new WireMetrics(registry),
        new TileWorker.Prove(model -> Optional.empty(), fault -> {}));
  }
}
