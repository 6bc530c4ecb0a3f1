package demofusion.deploy.command.lab;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.FittedPicture;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.CommandLineRequest;
import demofusion.deploy.command.option.CommandLineRequest.Subject;
import demofusion.deploy.command.option.LibraryOptions;
import demofusion.deploy.command.option.MethodOptions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.command.option.PictureOptions;
import demofusion.deploy.command.option.PromptOptions;
import demofusion.deploy.command.option.RecordedOptions;
import demofusion.deploy.launch.LibtorchChoice;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.deploy.plan.Calibration;
import demofusion.deploy.plan.CalibrationFile;
import demofusion.deploy.plan.CapacityPlan;
import demofusion.deploy.plan.CapacityReport;
import demofusion.deploy.plan.ComparedMethod;
import demofusion.deploy.plan.GpuRequest;
import demofusion.deploy.plan.MeasuredDevice;
import demofusion.deploy.plan.MethodsReport;
import demofusion.deploy.plan.MethodsReport.Row;
import demofusion.deploy.plan.PlannedNetworks;
import demofusion.deploy.plan.autoscale.Arrival;
import demofusion.deploy.plan.autoscale.ArrivalsFile;
import demofusion.deploy.plan.autoscale.ScalingReport;
import demofusion.deploy.plan.autoscale.ScalingRules;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.MethodRules;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.upscaler.RrdbShape;
import demofusion.protocol.model.upscaler.UpscalerFile;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.SettingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demofusion plan}: what a picture would take on devices that are not here yet. */
@Command(
    name = "plan",
    abbreviateSynopsis = true,
    description =
        "Estimate time and memory: forward passes, TFLOP, memory, and time on chosen GPUs.%n",
    footer = {
      "%nReads only the model's configuration, and of ControlNets and IP-Adapters the headers of"
          + " their",
      "files, so no weights and no GPU are needed, except for --gpus here. --model sdxl-base is SDXL's",
      "configuration, which is bundled.",
      "%nGPU rates are the manufacturers'; the share of the peak that is reached is an assumption,"
          + " and is",
      "printed. NAME@TFLOPS and --efficiency override both; --gpus here measures this machine, and",
      "--calibration takes what demofusion selftest measured elsewhere.",
      "%nExamples:",
      "  demofusion plan --model sdxl-base --size 4096x4096 --gpus 3090:2,h200:1",
      "  demofusion plan --model sdxl-base --size 8192x8192 --view-batch half --gpus mygpu@120:8",
      "  demofusion plan --size 1024x1024 --steps 20 --gpus here",
      "  demofusion plan --model sdxl-base --size 4096x4096 --calibration report.json",
      "  demofusion plan --model sdxl-base --size 4096x4096 --gpus 3090 --methods exact,detail,fast",
      "  demofusion plan --model sdxl-base --gpus 3090 --arrivals week.csv --autoscale 0:8"
    })
public final class PlanCommand extends TerminalCommand implements Callable<Integer> {
  @Option(
      names = "--gpus",
      paramLabel = "LIST",
      description =
          "Comma-separated NAME[@TFLOPS][:COUNT], here to measure this machine, or calibrated for the"
              + " device of --calibration (default: here, or calibrated where that is given)."
              + " Names, as the makers say them: 3060 to 3090, 4060 to 4090, 5060-ti to 5090, with -ti"
              + " and -super where there are such, a4000, a5000, a6000, 6000-ada, pro-6000, v100, t4,"
              + " l4, l40, l40s, a10, a30, a40, a100, h100, h200, b200; any other name needs its peak"
              + " float16 rate.")
  @Nullable String gpus;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Take rates that were measured in place of assumed ones, for GPUs of the kind that FILE"
              + " tells of: what demofusion selftest --json printed on one.")
  @Nullable Path calibration;

  @Option(
      names = "--efficiency",
      paramLabel = "SHARE",
      description =
          "Share of the peak rate that is reached, above 0 and at most 1 (default:"
              + " depends on the GPU).")
  @Nullable Double efficiency;

  @Option(
      names = "--from",
      paramLabel = "IMAGE",
      description =
          "Take the settings from an image made by demofusion or another program, as render does;"
              + " options given here take precedence.")
  @Nullable String from;

  @Option(
      names = "--methods",
      paramLabel = "LIST",
      split = ",",
      description =
          "Compare methods side by side: comma-separated exact (DemoFusion), detail, fast, sr or any"
              + " other name of --method. fast and sr are estimated as if their LoRA and upscaler"
              + " were given; an upscaler that is not here, as the usual one (4 times, 23"
              + " blocks).")
  List<String> methods = List.of();

  @Option(names = "--previews", description = "Include a preview of every phase.")
  boolean previews;

  @Option(names = "--json", description = "Print the estimate as JSON.")
  boolean json;

  @Mixin final PictureOptions picture = new PictureOptions();
  @Mixin final MethodOptions method = new MethodOptions();
  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final AutoscaleOptions scaling = new AutoscaleOptions();
  @Spec @Nullable CommandSpec spec;

  /** What the picture is planned for, and what is known of it. */
  private record Devices(List<GpuRequest> requests, @Nullable Calibration measured) {}

  @Override
  public Integer call() {
    return from == null ? estimate() : again(Path.of(from));
  }

  /** The same command line once more, with the defaults of a picture's own. */
  private int again(Path drawn) {
    PlanCommand layered = new PlanCommand();
    layered.setTerminal(terminal);
    RecordedOptions recorded = RecordedOptions.read(drawn, true, picture.image != null);
    recorded.sayLeftOut(drawn.toString(), terminal::say);
    recorded.layerUnder(layered, Objects.requireNonNull(spec), terminal);
    return layered.estimate();
  }

  private int estimate() {
    Calibration measured = calibration == null ? null : CalibrationFile.read(calibration);
    List<GpuRequest> requests = GpuRequest.orElse(gpus, measured != null);
    Devices wanted = new Devices(requests, measured);
    Architecture architecture = architecture();
    ModelSettings settings = SettingsFile.beside(Path.of(choice().source().base()));
    RenderSpec asked = asked(architecture, settings);
    if (scaling.isAsked()) {
      return autoscale(settings, architecture, wanted);
    }
    if (!methods.isEmpty()) {
      return compare(asked, settings, architecture, wanted);
    }
    MethodRules.require(asked, picture.redrawn());
    CapacityPlan capacity = capacity(asked, settings, architecture, wanted);
    CapacityReport report =
        withThisMachine(List.of(capacity), wanted)
            .get(0)
            .taking(RecommendedSettings.taken(asked, settings));
    if (json) {
      terminal.out().println(Json.line(report));
    } else {
      report.lines().forEach(terminal.out()::println);
    }
    return CliConventions.OK;
  }

  private CapacityPlan capacity(
      RenderSpec asked, ModelSettings settings, Architecture architecture, Devices wanted) {
    RenderPlan plan =
        RenderPlan.of(
            RecommendedSettings.fill(asked, settings),
            architecture.geometry(),
            architecture.scheduler());
    CapacityPlan capacity =
        new CapacityPlan(plan, architecture, precision(wanted), previews, upscaler(plan))
            .within(model.memory.limit());
    OptionalDouble share = share();
    wanted.requests().stream()
        .filter(request -> !request.isHere())
        .forEach(request -> capacity.add(request, share, wanted.measured()));
    return capacity;
  }

  /** Jobs over time, each as it is planned for one GPU, on workers that come and go. */
  private int autoscale(ModelSettings settings, Architecture architecture, Devices wanted) {
    requireOneGpu(wanted);
    ScalingRules rules = scaling.rules();
    Map<String, Double> planned = new HashMap<>();
    List<Arrival> arrivals = new ArrayList<>();
    for (ArrivalsFile.Row row : ArrivalsFile.read(Objects.requireNonNull(scaling.arrivals))) {
      Double work = row.gpuSeconds();
      if (work == null) {
        work =
            planned.computeIfAbsent(
                row.size() + " by " + row.method(),
                key -> gpuSeconds(row, settings, architecture, wanted));
      }
      arrivals.addAll(Collections.nCopies(row.count(), new Arrival(row.time(), work)));
    }
    ScalingReport report =
        ScalingReport.of(wanted.requests().get(0).name(), rules, List.copyOf(arrivals));
    if (json) {
      terminal.out().println(Json.line(report));
    } else {
      report.lines().forEach(terminal.out()::println);
    }
    return CliConventions.OK;
  }

  private void requireOneGpu(Devices wanted) {
    if (wanted.requests().size() != 1 || wanted.requests().get(0).count() != 1) {
      throw DemofusionException.badRequest(
          "--gpus "
              + gpus
              + " must name one GPU with --arrivals, which counts work in its seconds; --autoscale"
              + " says how many there are");
    }
    if (!methods.isEmpty()) {
      throw DemofusionException.badRequest(
          "--methods compares single images and cannot be combined with --arrivals; its column method"
              + " names each job's");
    }
  }

  private double gpuSeconds(
      ArrivalsFile.Row row, ModelSettings settings, Architecture architecture, Devices wanted) {
    PixelExtent given = picture.size;
    try {
      picture.size = row.size() == null ? given : PixelExtent.parse(row.size());
      RenderSpec spec = asked(architecture, settings);
      if (row.method() != null) {
        spec = ComparedMethod.parseAll(List.of(row.method())).get(0).of(spec);
      }
      MethodRules.require(spec, picture.redrawn());
      CapacityPlan capacity = capacity(spec, settings, architecture, wanted);
      return withThisMachine(List.of(capacity), wanted).get(0).gpuSeconds();
    } finally {
      picture.size = given;
    }
  }

  /** As its file says; of one that is on a farm only, as the usual one. */
  private RrdbShape upscaler(RenderPlan plan) {
    if (plan.spec().method() != RenderMethod.SR) {
      return RrdbShape.USUAL;
    }
    return method
        .upscalerFileOf(Path.of(choice().source().base()))
        .map(file -> UpscalerFile.open(file).shape())
        .orElse(RrdbShape.USUAL);
  }

  /** Several methods side by side; what one of them refuses is said behind the others. */
  private int compare(
      RenderSpec asked, ModelSettings settings, Architecture architecture, Devices wanted) {
    Map<String, CapacityPlan> plans = new LinkedHashMap<>();
    Map<String, String> refusals = new LinkedHashMap<>();
    for (ComparedMethod method : ComparedMethod.parseAll(methods)) {
      try {
        plans.put(method.name(), capacity(method.of(asked), settings, architecture, wanted));
      } catch (DemofusionException e) {
        refusals.put(method.name(), e.userMessage());
      }
    }
    List<CapacityReport> reports = withThisMachine(List.copyOf(plans.values()), wanted);
    List<MethodsReport.Row> rows = new ArrayList<>();
    plans.keySet().forEach(name -> rows.add(new Row(name, reports.get(rows.size()), null)));
    refusals.forEach((name, refusal) -> rows.add(new Row(name, null, refusal)));
    MethodsReport report = new MethodsReport(rows);
    if (json) {
      terminal.out().println(Json.line(report));
    } else {
      report.lines().forEach(terminal.out()::println);
    }
    return CliConventions.OK;
  }

  /** Measures only where it is asked for: that takes the weights. */
  private List<CapacityReport> withThisMachine(List<CapacityPlan> capacities, Devices wanted) {
    List<GpuRequest> here = wanted.requests().stream().filter(GpuRequest::isHere).toList();
    if (here.isEmpty()) {
      return capacities.stream().map(CapacityPlan::report).toList();
    }
    ModelChoice choice = choice();
    try (DiffusionModel loaded = choice.load(choice.open())) {
      MeasuredDevice device = new MeasuredDevice(loaded, model.threads);
      boolean isGpu = !loaded.card().deviceKind().equals("cpu");
      for (CapacityPlan capacity : capacities) {
        here.forEach(request -> capacity.addMeasured(device, request.count(), isGpu));
      }
      return capacities.stream().map(CapacityPlan::report).toList();
    }
  }

  private RenderSpec asked(Architecture architecture, ModelSettings settings) {
    PromptOptions noWords = new PromptOptions();
    noWords.count = 1;
    CommandLineRequest request = new CommandLineRequest(noWords, picture, method, model.threads);
    Subject subject = new Subject("", 0);
    FittedPicture fitted = request.startingPicture(subject, architecture.geometry(), settings);
    SourcePicture source = fitted == null ? null : request.source(fitted);
    return networks().look(request.specWithoutRules(subject, source));
  }

  /** Those that are named, and those beside the model. */
  private PlannedNetworks networks() {
    Path base = Path.of(choice().source().base());
    LocalLibrary beside = new LocalLibrary(new LibraryOptions().places(List.of(base)));
    return new PlannedNetworks(picture.networkFiles(), beside);
  }

  private Architecture architecture() {
    ModelChoice choice = choice();
    return Architecture.read(choice.source());
  }

  private ModelChoice choice() {
    ModelChoice given = model.choice();
    ModelSource source = given.source();
    Path folder = ModelLocation.orShipped(Path.of(source.base()));
    return new ModelChoice(
        new ModelSource(folder.toString(), source.variant(), source.vae(), source.config()),
        given.device(),
        given.precision(),
        given.memory());
  }

  /** As it was measured, or else as a worker would choose: float16 on GPUs. */
  private Precision precision(Devices wanted) {
    if (wanted.measured() != null) {
      return model.choice().precision().orElse(wanted.measured().device().unet());
    }
    boolean isCpu =
        wanted.requests().stream().allMatch(GpuRequest::isHere)
            && Optional.ofNullable(model.device)
                .map(device -> device.equals("cpu"))
                .orElseGet(() -> !LibtorchChoice.hasNvidiaDriver());
    return model.choice().precision().orElse(isCpu ? Precision.FLOAT32 : Precision.FLOAT16);
  }

  private OptionalDouble share() {
    if (efficiency == null) {
      return OptionalDouble.empty();
    }
    if (!(efficiency > 0 && efficiency <= 1)) {
      throw DemofusionException.badRequest(
          "efficiency " + efficiency + " must be above 0 and at most 1");
    }
    return OptionalDouble.of(efficiency);
  }
}
