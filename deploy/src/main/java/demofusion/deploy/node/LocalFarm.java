package demofusion.deploy.node;

import demofusion.deploy.config.NodeAddress;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A coordinator and some workers on this machine, each a process of its own, as a farm on several
 * machines has them. Who dies is started again; who is told to end goes in order: workers first.
 */
public final class LocalFarm {
  private static final int LOOK_MILLIS = 200;

  /**
   * As the unit files have it: a forward in hand is finished, jobs are written to their folders.
   */
  private static final Duration WORKER_FINISHES = Duration.ofMinutes(5);

  private static final Duration COORDINATOR_FINISHES = Duration.ofMinutes(1);

  private final ChildProcess coordinator;
  private final List<ChildProcess> workers;
  private final NodeAddress http;
  private final Runnable onReady;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicBoolean refused = new AtomicBoolean();

  /**
   * @param program what starts a node, before the name of the command
   * @param coordinator the command line of it
   * @param workers the command line of each
   * @param http where the coordinator will be
   */
  public LocalFarm(
      List<String> program,
      List<String> coordinator,
      List<List<String>> workers,
      NodeAddress http,
      Consumer<String> say,
      Runnable onReady) {
    this.coordinator = child("the coordinator", program, coordinator, COORDINATOR_FINISHES, say);
    this.workers = new ArrayList<>();
    for (List<String> worker : workers) {
      String name = "worker-" + (this.workers.size() + 1);
      this.workers.add(child(name, program, worker, WORKER_FINISHES, say));
    }
    this.http = http;
    this.onReady = onReady;
  }

  private static ChildProcess child(
      String name,
      List<String> program,
      List<String> arguments,
      Duration toFinish,
      Consumer<String> say) {
    List<String> line = new ArrayList<>(program);
    line.addAll(arguments);
    return new ChildProcess(name, line, toFinish, say);
  }

  /** An address for the coordinator that nobody has at the moment. */
  public static NodeAddress freeAddress() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new NodeAddress("127.0.0.1", socket.getLocalPort());
    } catch (IOException e) {
      throw DemofusionException.badRequest("this machine has no free port on 127.0.0.1");
    }
  }

  /**
   * Until it was stopped.
   *
   * @throws DemofusionException BAD_REQUEST if a node refused what it was told, which it said
   *     itself
   */
  public void run() throws InterruptedException {
    Thread head = begin(coordinator, "coordinator");
    List<Thread> others = new ArrayList<>();
    for (ChildProcess worker : workers) {
      others.add(begin(worker, "worker-" + (others.size() + 1)));
    }
    if (awaitHttp()) {
      onReady.run();
    }
    stopping.await();
    coordinator.letEnd();
    workers.forEach(ChildProcess::stop);
    for (Thread other : others) {
      other.join();
    }
    coordinator.stop();
    head.join();
    if (refused.get()) {
      throw DemofusionException.badRequest(
          "a node of the farm could not start; see its message above");
    }
  }

  private Thread begin(ChildProcess child, String name) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (child.run()) {
                  refused.set(true);
                  stop();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.start();
    return thread;
  }

  private boolean awaitHttp() throws InterruptedException {
    while (!stopping.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(http.host(), http.port()), LOOK_MILLIS);
        return true;
      } catch (IOException e) {
        // not yet
      }
    }
    return false;
  }

  /** Begins to end it; may be called from any thread. */
  public void stop() {
    stopping.countDown();
  }
}
