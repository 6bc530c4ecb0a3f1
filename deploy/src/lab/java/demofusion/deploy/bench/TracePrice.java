package demofusion.deploy.bench;

import demofusion.coordinator.trace.otlp.OtlpSettings;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What it costs to send traces: two farms side by side, one of which sends its jobs' traces to a
 * collector, draw the same picture in turn. What else the machine does meets both alike.
 */
public final class TracePrice {
  private static final String COORDINATOR_JAVA = "-Xmx1g";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * With one number of workers.
   *
   * @param without seconds of each picture without traces
   * @param with the same with them
   * @param longer by which share a picture takes longer with them: the median of the pairs; below 0
   *     is quicker
   * @param cpuWithout CPU seconds of the coordinator without traces, all pictures together
   * @param cpuWith the same with them
   * @param machineBusy share of this machine's cores, everything that ran on it counted in
   */
  public record Row(
      int workers,
      List<Double> without,
      List<Double> with,
      double longer,
      double cpuWithout,
      double cpuWith,
      double machineBusy) {
    static Row of(
        int workers,
        List<Double> without,
        List<Double> with,
        double cpuWithout,
        double cpuWith,
        double machineBusy) {
      List<Double> ratios = new ArrayList<>();
      for (int pair = 0; pair < with.size(); pair++) {
        ratios.add(with.get(pair) / without.get(pair));
      }
      return new Row(
          workers,
          List.copyOf(without),
          List.copyOf(with),
          median(ratios) - 1,
          cpuWithout,
          cpuWith,
          machineBusy);
    }

    /** For people. */
    String line() {
      return String.format(
          Locale.ROOT,
          "%2d workers, %d pairs: %.2f s without traces, %.2f s with, %+.2f %% (median of the"
              + " pairs); the coordinator's CPU %.2f s and %.2f s  (machine %.0f %% busy)",
          workers,
          with.size(),
          median(without),
          median(with),
          100 * longer,
          cpuWithout,
          cpuWith,
          100 * machineBusy);
    }
  }

  /** All of it. */
  public record Result(
      List<Row> prices, String collector, String size, int steps, int tileMillis) {}

  private final FarmBench.Settings settings;
  private final String collector;
  private final int pairs;
  private final BenchPicture picture;
  private final Consumer<String> say;

  /**
   * @param collector as {@code coordinator --otlp} takes it
   * @param pairs of pictures for each number of workers
   * @param say receives each figure as soon as it is known
   * @throws DemofusionException BAD_REQUEST if nothing there takes traces: then it would be the
   *     price of a dead collector
   */
  public TracePrice(
      FarmBench.Settings settings, String collector, int pairs, Consumer<String> say) {
    requireCollector(collector);
    this.settings = settings;
    this.collector = collector;
    this.pairs = pairs;
    this.picture =
        new BenchPicture(
            settings.tileMillis(),
            settings.size(),
            settings.steps(),
            settings.unit(),
            settings.method());
    this.say = say;
  }

  /** Sends it no spans, which is a request that every collector answers. */
  private static void requireCollector(String collector) {
    URI endpoint = OtlpSettings.parse("--otlp", collector, 1).endpoint();
    HttpRequest empty =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.noBody())
            .build();
    String answer;
    try {
      int status =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(PATIENCE)
              .build()
              .send(empty, BodyHandlers.discarding())
              .statusCode();
      if (status == 200) {
        return;
      }
      answer = "answers " + status;
    } catch (IOException e) {
      answer = "does not answer (" + e + ")";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer = "was not waited for";
    }
    throw DemofusionException.badRequest(
        "--otlp %s: %s %s, so no trace would arrive and its price not be known; start an OpenTelemetry collector there"
            .formatted(collector, endpoint, answer));
  }

  public Result run() {
    List<Row> rows = new ArrayList<>();
    for (int workers : FarmBench.numbers(settings.workers(), true)) {
      try (BenchFarm plain = farm(workers, List.of());
          BenchFarm traced = farm(workers, List.of("--otlp", collector))) {
        Row row = measure(workers, plain, traced);
        say.accept(row.line());
        rows.add(row);
      }
    }
    return new Result(
        rows, collector, settings.size().toString(), settings.steps(), settings.tileMillis());
  }

  private BenchFarm farm(int workers, List<String> options) {
    BenchFarm farm = BenchFarm.start(COORDINATOR_JAVA, options);
    for (int n = 1; n <= workers; n++) {
      farm.addWorker("worker-" + n, picture.model(1));
    }
    farm.awaitWorkers();
    picture.withSteps(FarmBench.WARM_UP_STEPS).make(farm);
    return farm;
  }

  /** The farm that draws first is the other one in each pair. */
  private Row measure(int workers, BenchFarm plain, BenchFarm traced) {
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    double plainBefore = plain.look().cpuSeconds();
    double tracedBefore = traced.look().cpuSeconds();
    MachineLoad load = new MachineLoad();
    for (int pair = 0; pair < pairs; pair++) {
      if (pair % 2 == 0) {
        without.add(picture.make(plain).seconds());
        with.add(picture.make(traced).seconds());
      } else {
        with.add(picture.make(traced).seconds());
        without.add(picture.make(plain).seconds());
      }
    }
    double busy = load.sinceLastAsked();
    return Row.of(
        workers,
        without,
        with,
        plain.look().cpuSeconds() - plainBefore,
        traced.look().cpuSeconds() - tracedBefore,
        busy);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
