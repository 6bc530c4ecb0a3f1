package demofusion.deploy.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import demofusion.coordinator.render.RenderReport;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.FarmAccess;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.launch.Installation;
import demofusion.deploy.node.LocalFarm;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RenderSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A farm to be measured: a coordinator and workers with synthetic models, processes of their own on
 * this machine's loopback, in a folder that is gone afterwards. Workers come and go as a
 * measurement wants them.
 */
final class BenchFarm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final int MOST_STARTS = 3;

  /**
   * Workers are many on few cores: small, and soon compiled. Each has buffers for large messages
   * outside the heap, anew where a busy machine made it join again.
   */
  private static final String WORKER_JAVA =
      "-Xmx192m -XX:MaxDirectMemorySize=512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path folder;
  private final NodeAddress meeting = LocalFarm.freeAddress();
  private final NodeAddress http = LocalFarm.freeAddress();
  private final NodeAddress metrics = LocalFarm.freeAddress();
  private final Process coordinator;
  private final Map<String, Process> workers = new TreeMap<>();
  private final FarmClient client;

  private BenchFarm(Path folder, String coordinatorJava, List<String> options) throws IOException {
    this.folder = folder;
    List<String> command = new ArrayList<>();
    command.addAll(List.of("coordinator", "--data", folder.resolve("data").toString()));
    command.addAll(List.of("--bind", meeting.toString(), "--http", http.toString()));
    command.addAll(List.of("--metrics", metrics.toString()));
    command.addAll(options);
    this.coordinator = process(coordinatorJava, command);
    FarmAccess access =
        new FarmAccess(CoordinatorAddress.parse("http://" + http), null, null, PATIENCE);
    this.client = FarmClient.of(access, words -> {});
  }

  /**
   * A coordinator without workers. A port that was free may be somebody else's a moment later, so
   * one that does not come up is started again, with other ports.
   *
   * @param java options of its JVM
   * @param options further ones of its command
   */
  static BenchFarm start(String java, List<String> options) {
    for (int start = 1; ; start++) {
      BenchFarm farm = begin(java, options);
      if (farm.isUp()) {
        return farm;
      }
      farm.close();
      if (start == MOST_STARTS) {
        farm.requireAlive("the coordinator", farm.coordinator);
      }
    }
  }

  private static BenchFarm begin(String java, List<String> options) {
    try {
      return new BenchFarm(Files.createTempDirectory("demofusion-bench"), java, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it listens, or is gone. */
  private boolean isUp() {
    while (coordinator.isAlive()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(http.host(), http.port()));
        return true;
      } catch (IOException e) {
        pause();
      }
    }
    return false;
  }

  FarmClient client() {
    return client;
  }

  Process coordinator() {
    return coordinator;
  }

  /** What the coordinator has done until now. */
  CoordinatorLook look() {
    return CoordinatorLook.at(metrics, coordinator.toHandle());
  }

  /** More workers in one process, which need not be there yet when this returns. */
  void addWorkers(List<String> names, String synthetic) {
    if (names.size() == 1) {
      addWorker(names.get(0), synthetic);
      return;
    }
    try {
      Process process =
          process(
              ManyWorkers.javaOptions(names.size()),
              List.of(
                  "bench",
                  "farm-workers",
                  "--join",
                  meeting.toString(),
                  "--names",
                  String.join(",", names),
                  "--synthetic",
                  synthetic));
      names.forEach(name -> workers.put(name, process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One more worker, which need not be there yet when this returns. */
  void addWorker(String name, String synthetic) {
    try {
      workers.put(
          name,
          process(
              WORKER_JAVA,
              List.of(
                  "worker",
                  "--join",
                  meeting.toString(),
                  "--bind",
                  "127.0.0.1:0",
                  "--name",
                  name,
                  "--synthetic",
                  synthetic)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a worker home, and those that share its process. */
  void removeWorker(String name) {
    Process worker = workers.remove(name);
    if (worker != null) {
      end(worker);
    }
  }

  /** Until exactly the workers that were added, and not removed, are ready. */
  void awaitWorkers() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      List<String> ready =
          client.workers().stream()
              .filter(worker -> worker.state() == WorkerView.State.READY)
              .map(WorkerView::name)
              .sorted()
              .toList();
      if (ready.equals(List.copyOf(workers.keySet()))) {
        return;
      }
      workers.forEach(this::requireAlive);
      requireAlive("the coordinator", coordinator);
      pause();
    }
    throw new DemofusionException(
        FailureCode.INTERNAL,
        "the farm's workers did not join within "
            + PATIENCE.toSeconds()
            + " s; is this machine too busy?");
  }

  private void requireAlive(String name, Process process) {
    if (!process.isAlive()) {
      throw new DemofusionException(
          FailureCode.INTERNAL,
          name + " ended with code " + process.exitValue() + "; see its messages above");
    }
  }

  /** Hands a picture in. */
  JobView submit(RenderSpec spec) {
    return client.submit(NewPicture.of(spec), UUID.randomUUID().toString());
  }

  /** Until the job is over; its report. */
  RenderReport await(JobView job) {
    JobView over = client.watch(job.id(), event -> {});
    if (over.state() != JobState.DONE) {
      throw new DemofusionException(
          FailureCode.INTERNAL,
          "an image of the benchmark is " + over.state() + ": " + over.reason());
    }
    Path report =
        folder.resolve("data").resolve("renders").resolve(job.id().value()).resolve("report.json");
    try {
      return JSON.readValue(report.toFile(), RenderReport.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process process(String java, List<String> arguments) throws IOException {
    Path home =
        Installation.home()
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "this benchmark starts bin/demofusion of a distribution, and this is"
                            + " none"));
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("demofusion").toString());
    command.addAll(arguments);
    command.addAll(List.of("--parent", Long.toString(ProcessHandle.current().pid())));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("DEMOFUSION_JAVA_OPTS", java);
    builder.environment().put("DEMOFUSION_LOG", "error");
    builder.environment().remove("DEMOFUSION_COORDINATOR_OTLP"); // traces cost, where not asked for
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemofusionException(FailureCode.CANCELLED, "interrupted", e);
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    client.close();
    workers.values().forEach(Process::destroy);
    workers.values().forEach(BenchFarm::end);
    end(coordinator);
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException ignored) {
      // A folder for temporary files; the system empties it.
    }
  }
}
