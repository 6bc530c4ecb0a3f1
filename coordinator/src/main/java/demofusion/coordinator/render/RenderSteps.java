package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.RenderResumption;
import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.coordinator.image.condition.ConditionAssets;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.JobFolder.ImageTokens;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The stretches of a job that take long, each of which runs on another thread than its session's:
 * planning, opening the folder, and going from one timestep to the next.
 */
final class RenderSteps {
  private RenderSteps() {}

  /**
   * A job made ready.
   *
   * @param timestepsDone of all phases, by earlier runs
   * @param evaluationsDone of the timestep after them, by earlier runs
   * @param pictures phases whose latent is done and whose picture is not, of an earlier run
   * @param conditions what is made of the request's own pictures, but for those of {@code tokens}
   * @param tokens what IP-Adapters made of their pictures, in an earlier run
   */
  record Opening(
      RenderPlan plan,
      Optional<RenderState> checkpoint,
      long timestepsDone,
      int evaluationsDone,
      List<Phase> pictures,
      ConditionAssets conditions,
      List<ImageTokens> tokens) {
    /** Who made what all timesteps are drawn with. */
    Set<String> encoders() {
      return tokens.stream().map(ImageTokens::worker).collect(Collectors.toSet());
    }
  }

  /**
   * A render between two timesteps.
   *
   * @param state to be kept; null where nothing is done yet that is not on disk
   * @param phaseResult if a phase has just ended
   * @param next the timestep that is open now; null at the end, and between two phases
   * @param fuseNanos that it took to close the timestep before
   * @param scatterNanos that it took to open the next
   */
  record Step(
      Render render,
      @Nullable RenderState state,
      Optional<PhaseResult> phaseResult,
      @Nullable Timestep next,
      long fuseNanos,
      long scatterNanos) {}

  static RenderPlan plan(JobFolder folder, ModelCard card) {
    RenderPlan plan = RenderPlan.of(folder.request().spec(), card.geometry(), card.scheduler());
    plan.requireMemory(Runtime.getRuntime().maxMemory());
    return plan;
  }

  static Opening open(JobFolder folder, RenderPlan plan) {
    Optional<RenderState> checkpoint = folder.readCheckpoint();
    long given =
        plan.phases().stream().limit(phasesGiven(folder, plan)).mapToLong(plan::timesteps).sum();
    Map<AssetId, ImageTokens> tokens = new LinkedHashMap<>();
    for (AdapterUse use : plan.conditions().adapters()) {
      AssetId id = ConditionIds.tokens(use);
      folder.readImageTokens(id).ifPresent(kept -> tokens.put(id, kept));
    }
    return new Opening(
        plan,
        checkpoint,
        checkpoint.map(state -> fitting(() -> state.timestepsDone(plan))).orElse(given),
        checkpoint.map(state -> fitting(state::evaluation)).orElse(0),
        checkpoint.isPresent() || given > 0 ? missingPictures(folder, plan) : List.of(),
        ConditionAssets.of(plan, tokens.keySet()),
        List.copyOf(tokens.values()));
  }

  /** The same where the pictures of some phases are wrong: they are to be made again. */
  static Opening openWithout(Set<Phase> wrong, JobFolder folder, RenderPlan plan) {
    if (plan.spec().method() == RenderMethod.SR) {
      folder.deletePictures(plan.lastPhase().number(), false); // who decoded it was not kept
    }
    wrong.forEach(phase -> folder.deletePictures(phase.number(), phase.equals(plan.lastPhase())));
    return open(folder, plan);
  }

  /**
   * How many phases' latents were in the folder before anything was done: another picture's, which
   * this one goes on from.
   */
  private static int phasesGiven(JobFolder folder, RenderPlan plan) {
    int given = 0;
    if (plan.spec().source() == null && plan.masked() == null) {
      while (given + 1 < plan.phases().size() && folder.hasPhase(given + 1)) {
        given++;
      }
    }
    return given;
  }

  /** A phase's latent is on disk before the checkpoint that goes on after it. */
  private static List<Phase> missingPictures(JobFolder folder, RenderPlan plan) {
    List<Phase> missing = new ArrayList<>();
    Phase last = plan.lastPhase();
    for (Phase phase : plan.phases()) {
      boolean isLast = phase.equals(last);
      boolean wanted = isLast || folder.request().previews();
      if (wanted && folder.hasPhase(phase.number()) && !folder.hasPicture(phase.number(), isLast)) {
        missing.add(phase);
      }
    }
    return missing;
  }

  static Step begin(JobFolder folder, Opening opening, JobEncoding encoding) {
    encoding.imageTokens().forEach(folder::writeImageTokens);
    WorkResult.@Nullable EncodedPicture picture = encoding.picture();
    RenderPlan plan = opening.plan();
    Storage storage = folder.storage();
    Render render;
    if (opening.checkpoint().isPresent()) {
      RenderState checkpoint = opening.checkpoint().get();
      render = fitting(() -> RenderResumption.resume(plan, checkpoint, storage));
    } else if (phasesGiven(folder, plan) > 0) {
      render = fitting(() -> RenderResumption.after(plan, phasesGiven(folder, plan), storage));
    } else {
      render = picture == null ? Render.begin(plan, storage) : Render.begin(plan, picture, storage);
    }
    boolean isInside = !render.isDone() && !render.awaitsPicture() && follows(render);
    return new Step(render, null, Optional.empty(), isInside ? null : openNext(render), 0, 0);
  }

  /** Whether the next timestep is told the picture of the phase before its own. */
  private static boolean follows(Render render) {
    return render.plan().conditions().followsPhase(render.phase().number());
  }

  /** Null where all are done, or the next phase has not begun. */
  private static @Nullable Timestep openNext(Render render) {
    return render.isDone() || render.awaitsPicture() || render.encoding().isPresent()
        ? null
        : render.openTimestep();
  }

  /** Reads from a checkpoint, which may be another request's. */
  private static <T> T fitting(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DemofusionException(
          FailureCode.STORAGE,
          "the checkpoint does not belong to this request ("
              + e.getMessage()
              + "); remove it to start over",
          e);
    }
  }

  /** The phase's latent first: the next phase, and its picture, are made from it after a crash. */
  static void write(JobFolder folder, Optional<PhaseResult> result, RenderState state) {
    result.ifPresent(phase -> folder.writePhase(phase.phase().number(), phase.latent()));
    folder.writeCheckpoint(state);
  }

  /** Gather, one scheduler step, scatter again. */
  static Step advance(Render render, Timestep timestep) {
    long begun = System.nanoTime();
    Optional<PhaseResult> result = render.closeTimestep(timestep);
    RenderState state = render.state();
    long fused = System.nanoTime();
    Timestep next = openNext(render);
    return new Step(render, state, result, next, fused - begun, System.nanoTime() - fused);
  }

  /** Gives the next phase the picture that it waits for. */
  static Step show(Render render, PhasePicture picture) {
    if (!render.awaitsPicture()) {
      // Taken up again inside a phase whose views are told of the picture.
      return new Step(render, null, Optional.empty(), openNext(render), 0, 0);
    }
    render.show(picture);
    return render.encoding().isPresent()
        ? new Step(render, null, Optional.empty(), null, 0, 0)
        : begun(render);
  }

  /** Begins the next phase, all of whose windows are encoded. */
  static Step beginPhase(Render render) {
    render.beginPhase();
    return begun(render);
  }

  /** A phase that took a barrier to begin is kept, so that nobody needs to go through it again. */
  private static Step begun(Render render) {
    RenderState state = render.state();
    return new Step(render, state, Optional.empty(), openNext(render), 0, 0);
  }
}
