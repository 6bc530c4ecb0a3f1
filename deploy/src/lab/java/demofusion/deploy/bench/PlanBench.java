package demofusion.deploy.bench;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderReport;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.node.SingleNode;
import demofusion.deploy.plan.CapacityPlan;
import demofusion.deploy.plan.CapacityReport;
import demofusion.deploy.plan.MeasuredDevice;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelId;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What {@code plan --gpus here} says of a picture, and then that picture, drawn for real. */
public final class PlanBench {
  private final DiffusionModel model;
  private final Architecture architecture;

  public PlanBench(DiffusionModel model, Architecture architecture) {
    this.model = model;
    this.architecture = architecture;
  }

  /**
   * What was said and what was so.
   *
   * @param plannedForwards of the UNet
   * @param ratio planned seconds over those that it took, all rounds together
   */
  public record Result(
      String size,
      int steps,
      String unit,
      long plannedForwards,
      long forwards,
      List<Round> rounds,
      double ratio) {
    public Result {
      rounds = List.copyOf(rounds);
    }

    /** For people. */
    public List<String> lines() {
      List<String> lines = new ArrayList<>();
      for (Round round : rounds) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%s, %d steps, view batch %s: %.1f s planned, %.1f s taken",
                size,
                steps,
                unit,
                round.plannedSeconds(),
                round.seconds()));
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%d forwards planned, %d done; planned %.2f of the time taken",
              plannedForwards,
              forwards,
              ratio));
      return lines;
    }
  }

  /** Planned, then drawn. */
  public record Round(double plannedSeconds, double seconds) {}

  /**
   * @param count rounds, each measured anew: on a machine that has other things to do as well, one
   *     round says little
   */
  public Result run(RenderSpec spec, int count) {
    RenderPlan plan = RenderPlan.of(spec, architecture.geometry(), architecture.scheduler());
    List<Round> rounds = new ArrayList<>();
    double planned = 0;
    double taken = 0;
    long forwards = 0;
    for (int n = 0; n < count; n++) {
      CapacityReport report = measure(plan, spec.threads());
      RenderReport done = render(spec);
      rounds.add(new Round(report.seconds(), done.seconds()));
      planned += report.seconds();
      taken += done.seconds();
      forwards = done.forwards();
    }
    return new Result(
        plan.size().toString(),
        plan.steps(),
        plan.unit().toString(),
        plan.forwards(),
        forwards,
        rounds,
        planned / taken);
  }

  private CapacityReport measure(RenderPlan plan, int threads) {
    CapacityPlan capacity = new CapacityPlan(plan, architecture, model.card().precision(), false);
    boolean isGpu = !model.card().deviceKind().equals("cpu");
    capacity.addMeasured(new MeasuredDevice(model, threads), 1, isGpu);
    return capacity.report();
  }

  private RenderReport render(RenderSpec spec) {
    Path folder = temporary();
    try (SingleNode node = SingleNode.start(List.of(model))) {
      RenderRequest request = new RenderRequest(spec, ModelId.of(model.card()), false, 0);
      return node.render(new JobId("picture"), folder.resolve("picture"), request, event -> {})
          .join()
          .picture()
          .report();
    } finally {
      remove(folder);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("demofusion-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
