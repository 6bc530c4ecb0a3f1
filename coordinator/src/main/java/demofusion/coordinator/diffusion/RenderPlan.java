package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.condition.Conditions;
import demofusion.coordinator.diffusion.fast.Refinement;
import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.diffusion.mask.MaskedSamples;
import demofusion.coordinator.diffusion.mixture.RegionWeights;
import demofusion.coordinator.diffusion.mixture.ViewGroups;
import demofusion.coordinator.diffusion.rule.ConditionRules;
import demofusion.coordinator.diffusion.rule.FieldsOfOtherModels;
import demofusion.coordinator.diffusion.rule.InpaintingRules;
import demofusion.coordinator.diffusion.rule.SizeRules;
import demofusion.coordinator.diffusion.rule.SwitchRules;
import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.LocalWindows;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.MethodRules;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request resolved against a model: phases, sizes, stride, view batch, solver. A pure function of
 * the two, so every run of the same request does the same forwards in the same groups, and what
 * cannot be rendered is refused here, before anything runs.
 *
 * @param spec the request, with the defaults where neither it nor the model said anything
 * @param size of what is computed, in pixels: the picture's, but see {@link #pictureSize}
 * @param stride between local windows, in latent samples
 * @param scheduler the folder's configuration, with the request's solver
 * @param steps timesteps of a whole phase: as many as were asked for, or as the solver makes of
 *     them
 * @param mixed with regions or a mask, what a timestep of each phase has about; else empty
 * @param masked what is drawn anew, and of which picture; null: everything
 * @param drawn how many views that takes; null where it is all
 */
public record RenderPlan(
    RenderSpec spec,
    ModelGeometry geometry,
    SchedulerConfig scheduler,
    int steps,
    PixelExtent size,
    int stride,
    ViewBatchSize unit,
    List<Phase> phases,
    List<List<ViewBatchGroup>> mixed,
    @Nullable MaskedPicture masked,
    @Nullable DrawnViews drawn) {
  /** Of latents and of one file's tensors: both are Java arrays. */
  private static final long MOST_SAMPLES = Integer.MAX_VALUE - 8;

  private static final int USUAL_SAMPLES = 4096;
  private static final int MOST_USUAL_VIEWS = 16;

  public RenderPlan {
    phases = List.copyOf(phases);
    mixed = List.copyOf(mixed);
  }

  /**
   * @throws DemofusionException BAD_REQUEST with the value, the bound and what to do, if the
   *     request cannot be rendered with this model
   */
  public static RenderPlan of(
      RenderSpec request, ModelGeometry geometry, SchedulerConfig folderScheduler) {
    FieldsOfOtherModels.refuse(request, geometry.inputs());
    RenderSpec spec = request.withStandards();
    MaskedPicture masked = InpaintingRules.picture(spec, geometry);
    PixelExtent size = masked == null ? size(spec, geometry) : masked.extent();
    LatentExtent target = LatentExtent.of(size, geometry.vaeScaleFactor());
    if ((long) geometry.latentChannels() * target.height() * target.width() > MOST_SAMPLES) {
      throw DemofusionException.badRequest(
          "size %s has more latent pixels than one array can hold, %s; choose a smaller size"
              .formatted(size, MOST_SAMPLES));
    }
    int window = geometry.sampleSize();
    PhaseSettings settings = new PhaseSettings(spec);
    int stride = spec.stride() != null ? spec.stride() : settings.standardStride(window);
    if (stride < 1 || stride > window) {
      throw DemofusionException.badRequest(
          "stride %s must be between 1 and the model's tile size, %s latent pixels"
              .formatted(stride, window));
    }
    PhaseLadder ladder = new PhaseLadder(spec, target, window);
    SizeRules.requireFitting(
        spec.source(), ladder.firstExtent().toPixels(geometry.vaeScaleFactor()));
    SchedulerKind asked = spec.scheduler();
    SchedulerConfig scheduler = asked == null ? folderScheduler : folderScheduler.withKind(asked);
    MethodRules.require(spec.toBuilder().scheduler(scheduler.kind()).build());
    Scheduler made =
        asked == null
            ? Schedulers.createOwn(scheduler, spec.stepsOrStandard(), spec.methodSettings().eta())
            : Schedulers.create(
                scheduler, asked, spec.stepsOrStandard(), spec.methodSettings().eta());
    List<Phase> phases = ladder.phases();
    settings.requireFitting(phases);
    ViewBatchSize unit =
        spec.unit() != null
            ? spec.unit()
            : defaultUnit(localView(phases.get(phases.size() - 1), window));
    RenderPlan plan =
        new RenderPlan(
            spec,
            geometry,
            scheduler,
            made.steps(),
            size,
            stride,
            unit,
            phases,
            List.of(),
            masked,
            null);
    plan.requireSwitches();
    return spec.regions().isEmpty() && masked == null ? plan : plan.withMixedViews();
  }

  private RenderPlan withMixedViews() {
    var groups = phases.stream().map(phase -> ViewBatchGroup.mixed(this, phase)).toList();
    DrawnViews views = masked == null ? null : DrawnViews.of(this);
    return new RenderPlan(
        spec, geometry, scheduler, steps, size, stride, unit, phases, groups, masked, views);
  }

  /** Refuses switches that mean nothing with this model and size (modes section 8). */
  private void requireSwitches() {
    firstStep(phases.get(0));
    MethodSettings switches = spec.methodSettings();
    if (spec.method() == RenderMethod.FAST) {
      refinement();
    }
    if (spec.method() == RenderMethod.DETAIL) {
      double cutoff = switches.detail().cutoffOrStandard();
      phases.stream()
          .filter(this::needsEncoding)
          .forEach(phase -> SwitchRules.requireStructure(cutoff, phase.extent()));
    }
    phases.stream()
        .filter(phase -> phase.start() == Phase.Start.UPSCALED)
        .forEach(phase -> SwitchRules.requireSplit(switches.split(), localView(phase)));
    ConditionRules.require(spec, geometry, place(), phases.size());
    RegionWeights.requireVisible(
        spec.regions(), phases.get(0).extent(), place(), geometry.vaeScaleFactor());
    int views = phases.stream().mapToInt(this::dilatedViews).max().orElse(0);
    SwitchRules.requireViews(switches.windows().interaction(), views);
  }

  /** The size in pixels that a picture to start from must be brought to for this request. */
  public static PixelExtent sourceSize(RenderSpec spec, ModelGeometry geometry) {
    PixelExtent size = size(spec, geometry);
    return new PhaseLadder(
            spec, LatentExtent.of(size, geometry.vaeScaleFactor()), geometry.sampleSize())
        .firstExtent()
        .toPixels(geometry.vaeScaleFactor());
  }

  /** The request's size, or twice the native one; refused unless it is whole latent samples. */
  private static PixelExtent size(RenderSpec spec, ModelGeometry geometry) {
    int side = 2 * geometry.nativeSide();
    PixelExtent size = spec.size() != null ? spec.size() : new PixelExtent(side, side);
    SizeRules.requireWholeSamples(size, geometry.vaeScaleFactor());
    return size;
  }

  /** The request with what it left to the model: it draws the same picture. */
  public RenderSpec resolved() {
    return spec.toBuilder()
        .size(pictureSize())
        .scheduler(scheduler.kind())
        .stride(stride)
        .unit(unit)
        .methodSettings(saidSettings())
        .build();
  }

  private MethodSettings saidSettings() {
    Refinement refinement = spec.method() == RenderMethod.FAST ? refinement() : null;
    MethodSettings said = settings().said(refinement);
    SchedulerKind refining =
        refinement == null || refinement.isOneStep() ? null : refinement.solver();
    boolean isOfTcd = isTcd(scheduler.kind()) || (refining != null && isTcd(refining));
    return isOfTcd && said.eta() == null ? said.withEta(Schedulers.STANDARD_ETA) : said;
  }

  private static boolean isTcd(SchedulerKind kind) {
    return kind.solver() == Solver.TCD;
  }

  /** The picture's size in pixels, of which a part may be all that is computed. */
  public PixelExtent pictureSize() {
    return place().whole();
  }

  /** Where in the picture what is computed lies: conditions are of the picture. */
  public AreaPlace place() {
    return AreaPlace.of(size, masked, cut());
  }

  /** Where what is drawn is put back into a larger image; null: it is the picture. */
  public @Nullable PictureCut cut() {
    Inpainting inpainting = spec.conditions().inpainting();
    return inpainting == null ? null : inpainting.cut();
  }

  public Guidance guidance() {
    return spec.guidance().orStandard();
  }

  /** The micro-conditioning of a view of the whole picture. */
  public MicroConditioning conditioning() {
    PixelExtent original = spec.originalSize() != null ? spec.originalSize() : size;
    PixelExtent target = spec.targetSize() != null ? spec.targetSize() : size;
    return new MicroConditioning(
        original.height(),
        original.width(),
        spec.crop().top(),
        spec.crop().left(),
        target.height(),
        target.width());
  }

  /** The timestep at which a phase begins: 0 unless it makes a share of its steps only. */
  public int firstStep(Phase phase) {
    Inpainting inpainting = spec.conditions().inpainting();
    if (phase.start() == Phase.Start.NOISE && inpainting != null) {
      return InpaintingRules.firstStep(inpainting.strength(), steps);
    }
    if (phase.start() == Phase.Start.NOISE || settings().isFast(phase)) {
      return 0;
    }
    int drawn = Math.max(1, (int) (steps * settings().strength(phase)));
    return steps - Math.min(drawn, steps);
  }

  /** What the request's method and switches make of the phases. */
  PhaseSettings settings() {
    return new PhaseSettings(spec);
  }

  /** Where a phase's local windows lie. */
  public LocalWindows windows(Phase phase) {
    return settings().windows(phase.extent(), geometry.sampleSize(), stride);
  }

  /** Whether a phase begins with the picture of the one before. */
  public boolean needsPicture(Phase phase) {
    return needsEncoding(phase)
        || (phase.start() == Phase.Start.UPSCALED && spec.methodSettings().regionNoise() != null)
        || conditions().followsPhase(phase.number());
  }

  /** Whether a phase begins with what the VAE's encoder makes of that picture. */
  public boolean needsEncoding(Phase phase) {
    return phase.start() == Phase.Start.UPSCALED && settings().isOnTiles();
  }

  /** The one that ends with the picture itself. */
  public Phase lastPhase() {
    return phases.get(phases.size() - 1);
  }

  /** How many local windows a phase has at every timestep; and so at each of its evaluations. */
  public int localViews(Phase phase) {
    return phase.paths() == Phase.Paths.WHOLE ? 1 : windows(phase).count();
  }

  /** The size of a phase's local windows. */
  LatentExtent localView(Phase phase) {
    return localView(phase, geometry.sampleSize());
  }

  private static LatentExtent localView(Phase phase, int window) {
    LatentExtent extent = phase.extent();
    return phase.paths() == Phase.Paths.WHOLE
        ? extent
        : new LatentExtent(Math.min(window, extent.height()), Math.min(window, extent.width()));
  }

  /** How many dilated sub-latents a phase has at every timestep. */
  public int dilatedViews(Phase phase) {
    return phase.paths() == Phase.Paths.LOCAL_AND_DILATED ? phase.dilation() * phase.dilation() : 0;
  }

  /** How many view batches one timestep of a phase has. */
  public int batches(Phase phase) {
    if (!mixed.isEmpty()) {
      return ViewBatchGroup.of(this, phase).stream().mapToInt(ViewBatchGroup::count).sum();
    }
    int units = parts(localViews(phase)) + parts(dilatedViews(phase));
    return hasHalves(phase) ? 2 * units : units;
  }

  /** How many timesteps a phase goes through. */
  public int timesteps(Phase phase) {
    return settings().isFast(phase) ? settings().fastTimesteps() : steps - firstStep(phase);
  }

  /** How many timesteps the whole picture goes through. */
  public long timesteps() {
    return phases.stream().mapToLong(this::timesteps).sum();
  }

  /**
   * How often the first timesteps of a phase ask the model for every view: once each, unless the
   * solver asks twice in a step.
   */
  public int evaluations(Phase phase, int done) {
    return settings().isFast(phase)
        ? done
        : scheduler.kind().solver().evaluations(done, timesteps(phase));
  }

  /** How often a whole phase asks the model for every view. */
  public int evaluations(Phase phase) {
    return evaluations(phase, timesteps(phase));
  }

  /** Guided views of the whole picture, all evaluations of all phases. */
  public long guidedViews() {
    return phases.stream().mapToLong(phase -> guidedViews(phase, evaluations(phase))).sum();
  }

  /** Guided views of a phase's first evaluations. */
  public long guidedViews(Phase phase, int evaluations) {
    return drawn == null
        ? (long) evaluations * (localViews(phase) + dilatedViews(phase))
        : drawn.of(phases.indexOf(phase), evaluations);
  }

  /** Local views of a phase that are predicted at every evaluation; with a mask on the average. */
  public int drawnLocalViews(Phase phase) {
    return drawn == null ? localViews(phase) : drawn.local(phases.indexOf(phase));
  }

  /** The same of its dilated views. */
  public int drawnDilatedViews(Phase phase) {
    return drawn == null ? dilatedViews(phase) : drawn.dilated(phases.indexOf(phase));
  }

  /**
   * What the forwards of the whole picture cost, in guided views: a view without guidance is half
   * of one (modes section 9).
   */
  public double guidedTiles() {
    return phases.stream().mapToDouble(phase -> units().guidedTiles(phase, timesteps(phase))).sum();
  }

  /**
   * What one evaluation of a phase costs, in guided views, the UNet alone; with a mask on the
   * average.
   */
  public double guidedTiles(Phase phase) {
    double share = isGuided(phase) ? 1 : 0.5;
    return spec.regions().isEmpty()
        ? share * guidedViews(phase, evaluations(phase)) / evaluations(phase)
        : ViewBatchGroup.of(this, phase).stream().mapToDouble(ViewBatchGroup::guidedViews).sum();
  }

  /** Forwards of the UNet for a phase. */
  public long forwards(Phase phase) {
    return (long) evaluations(phase) * batches(phase);
  }

  /** Forwards of the UNet for the whole picture. */
  public long forwards() {
    return phases.stream().mapToLong(this::forwards).sum();
  }

  /** What a render of this plan holds in the coordinator's heap at most, in bytes. */
  public long coordinatorBytes() {
    return new CoordinatorMemory(this).bytes();
  }

  /** What it has in scratch files beside that at most, in bytes. */
  public long storageBytes() {
    return new CoordinatorMemory(this).storageBytes();
  }

  /** What its largest checkpoint takes, in bytes. */
  public long checkpointBytes() {
    return new CoordinatorMemory(this).checkpointBytes();
  }

  /**
   * Refuses a picture whose latents do not fit.
   *
   * @param heap bytes that the coordinator may use
   * @throws DemofusionException BAD_REQUEST if the plan needs more
   */
  public void requireMemory(long heap) {
    if (coordinatorBytes() > heap) {
      throw DemofusionException.badRequest(
          ("size %s needs %s MiB of heap for its latents, but there are only %s; choose a "
                  + "smaller size, or give Java more (-Xmx)")
              .formatted(size, mebibytes(coordinatorBytes()), (heap >> 20)));
    }
  }

  /** T, the timesteps that the model was trained with. */
  int trainTimesteps() {
    return scheduler.integer("num_train_timesteps", 1000, 1, 1_000_000);
  }

  /** Whether the two halves of guidance are units of their own. */
  boolean hasHalves(Phase phase) {
    return unit.halves() && isGuided(phase);
  }

  /** Whether a phase's views have two halves at all. */
  public boolean isGuided(Phase phase) {
    return units().isGuided(phase);
  }

  /** How a phase's views are put into units of work. */
  ViewGroups.Rules groupRules(Phase phase) {
    return new ViewGroups.Rules(
        unit.views(), hasHalves(phase), isGuided(phase), spec.sharesNegative());
  }

  /** Which samples of a phase are drawn anew; null: all. */
  @Nullable MaskedSamples maskedSamples(Phase phase) {
    return masked == null
        ? null
        : new MaskedSamples(
            masked.drawn(phase.extent()), new Dilation(phase.extent(), phase.dilation()));
  }

  /** How much each prompt counts over a phase's latent; null: there is one. */
  @Nullable RegionWeights regions(Phase phase) {
    return spec.regions().isEmpty()
        ? null
        : RegionWeights.of(
            spec.regions(),
            new Dilation(phase.extent(), phase.dilation()),
            place(),
            RegionWeights.standardFeather(geometry.nativeSide()));
  }

  /** What the forwards of each timestep are told beside their texts. */
  public Conditions conditions() {
    int factor = geometry.vaeScaleFactor();
    double cost = ConditionRules.usualCost(geometry);
    return new Conditions(
        spec.conditions(),
        new Conditions.Frame(
            place(),
            phases.stream().map(phase -> phase.extent().toPixels(factor)).toList(),
            factor,
            steps,
            cost,
            masked == null ? null : masked.extent(),
            spec.method() == RenderMethod.FAST));
  }

  /** How the units of work of each phase are guided, and with which weights. */
  public PhaseUnits units() {
    return new PhaseUnits(this);
  }

  /** What fast mode's upscaling phases do. */
  Refinement refinement() {
    return Refinement.of(spec.methodSettings().fast(), scheduler.kind(), scheduler);
  }

  private int parts(int views) {
    return (views + unit.views() - 1) / unit.views();
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  /**
   * The view batch where the request gives none: as many guided views as together have about
   * {@value #USUAL_SAMPLES} latent samples. For SDXL that is one view a forward, which keeps a
   * large farm busy to the end of a timestep; small models get several, since their forwards are
   * too short to be worth a message each. A function of model and size alone, never of who is
   * there.
   */
  private static ViewBatchSize defaultUnit(LatentExtent view) {
    return ViewBatchSize.ofViews(
        Math.max(1, Math.min(MOST_USUAL_VIEWS, USUAL_SAMPLES / view.area())));
  }
}
