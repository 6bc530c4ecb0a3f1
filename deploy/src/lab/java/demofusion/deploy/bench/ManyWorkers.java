package demofusion.deploy.bench;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.fetch.WorkerStore;
import demofusion.deploy.node.ServedModels;
import demofusion.deploy.node.WorkerNode;
import demofusion.deploy.node.WorkerSettings;
import demofusion.worker.proof.SameBits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Several workers with synthetic models in one process. Each is a node as it always is, with an
 * actor system, a port and connections of its own; only the JVM is shared.
 */
public final class ManyWorkers {
  private final List<WorkerNode> nodes;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  private ManyWorkers(List<WorkerNode> nodes) {
    this.nodes = nodes;
  }

  /**
   * @param join the coordinator's address
   * @param synthetic each one's model
   */
  public static ManyWorkers of(List<String> names, String join, String synthetic) {
    return new ManyWorkers(names.stream().map(name -> node(name, join, synthetic)).toList());
  }

  private static WorkerNode node(String name, String join, String synthetic) {
    Settings settings =
        Settings.read(
            Map.of(
                Setting.JOIN,
                join,
                Setting.WORKER_BIND,
                "127.0.0.1:0",
                Setting.WORKER_NAME,
                name,
                Setting.WORKER_METRICS,
                "off"),
            Map.of(),
            null);
    WorkerStore store = WorkerStore.of(settings, Map.of(), null);
    return new WorkerNode(
        WorkerSettings.of(settings, name),
        ServedModels.of(settings, synthetic, store).open(),
        new SameBits(2));
  }

  /** What a JVM with so many workers is given: threads and buffers of a system are few. */
  static String javaOptions(int workers) {
    String artery = " -Dpekko.remote.artery.advanced.";
    String threads = " -Dpekko.actor.%s.fork-join-executor.parallelism-%s=%d";
    return "-Xmx%dm -XX:MaxDirectMemorySize=%dm".formatted(128 + 48 * workers, 256 + 96 * workers)
        + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
        + artery
        + "buffer-pool-size=4"
        + artery
        + "large-buffer-pool-size=2"
        + threads.formatted("default-dispatcher", "min", 1)
        + threads.formatted("default-dispatcher", "max", 2)
        + threads.formatted("internal-dispatcher", "min", 1)
        + threads.formatted("internal-dispatcher", "max", 2);
  }

  /** Works until {@link #stop} is called, or one of them cannot. */
  public void run() throws InterruptedException {
    List<Thread> lives = new ArrayList<>();
    for (WorkerNode node : nodes) {
      Thread life = new Thread(() -> live(node), "worker-node");
      life.start();
      lives.add(life);
    }
    for (Thread life : lives) {
      life.join();
    }
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private void live(WorkerNode node) {
    try {
      node.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
      stop();
    }
  }

  /** Begins to end all of them; may be called from any thread. */
  public void stop() {
    nodes.forEach(WorkerNode::stop);
  }
}
