package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.mask.KeptLatent;
import demofusion.coordinator.diffusion.mask.SeenBeside;
import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.coordinator.diffusion.random.RandomStreams;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.region.RegionDeviation;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.coordinator.diffusion.view.View;
import demofusion.protocol.latent.Latent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a {@link Render} up again, to the same bits as if it had not been interrupted: from a
 * checkpoint, or after phases that another render of the same beginning went through.
 */
public final class RenderResumption {
  private final RenderPlan plan;
  private final Storage storage;

  private RenderResumption(RenderPlan plan, Storage storage) {
    this.plan = plan;
    this.storage = storage;
  }

  /**
   * Goes on from a checkpoint of the same plan.
   *
   * @param storage has the latents of the phases that are done
   * @throws IllegalArgumentException if the checkpoint or the latents are of another plan
   */
  public static Render resume(RenderPlan plan, RenderState state, Storage storage) {
    return new RenderResumption(plan, storage).from(RenderCheckpoint.of(state));
  }

  /**
   * Goes on after phases that another render went through: all that they leave behind is their
   * latents and how far the random streams are.
   *
   * @param phases how many, at least 1 and not all
   * @param storage has their final latents
   * @throws IllegalArgumentException if the latents are of another plan
   */
  public static Render after(RenderPlan plan, int phases, Storage storage) {
    if (plan.spec().source() != null
        || plan.masked() != null
        || phases < 1
        || phases >= plan.phases().size()) {
      throw new IllegalArgumentException(
          "a render of %2$s phases cannot be resumed after %1$s of them"
              .formatted(phases, plan.phases().size()));
    }
    return new RenderResumption(plan, storage).after(phases);
  }

  /** A checkpoint's content; shares the render's arrays. */
  static RenderState state(RenderPosition position) {
    SolverHistory history = position.history();
    RandomStreams random = position.random();
    PhaseBeginning beginning = position.beginning();
    Latent picture = beginning.picture();
    Latent low = beginning.structure().low();
    KeptLatent kept = beginning.kept();
    SeenBeside beside = kept == null ? null : kept.beside();
    return new RenderCheckpoint(
            position.phaseIndex(),
            position.step(),
            Samples.of(position.latent()),
            picture == null ? null : Samples.of(picture),
            beginning.regions() == null ? null : regions(position, beginning.regions()),
            low == null ? null : Samples.of(low),
            kept == null ? null : kept.original(),
            beside == null ? null : Samples.of(beside.around()),
            beginning.checksum(),
            position.anchor(),
            history.save(),
            history.steps(),
            history.evaluation(),
            random.torch().save(),
            beginning.noise(),
            random.python().save(),
            position.isBetween())
        .toState();
  }

  /** As a tensor of one channel. */
  private static Samples regions(RenderPosition position, RegionDeviation deviation) {
    return Samples.of(new Latent(1, position.latent().extent(), deviation.values()));
  }

  private Render from(RenderCheckpoint checkpoint) {
    int phaseIndex = checkpoint.phaseIndex();
    Latent latent = Latent.zeros(checkpoint.latent().channels(), checkpoint.latent().extent());
    PhaseBeginning beginning =
        phaseIndex == plan.phases().size() || checkpoint.isBetween()
            ? checkpoint.nothingBegun()
            : beginning(plan.phases().get(phaseIndex), checkpoint, latent);
    checkpoint.latent().read(0, latent.samples(), 0, latent.samples().length);
    SolverHistory history = new SolverHistory(storage);
    history.restore(checkpoint.history(), checkpoint.historySteps(), checkpoint.evaluation());
    RandomStreams random =
        new RandomStreams(
            TorchGenerator.restore(checkpoint.torch()), PythonRandom.restore(checkpoint.python()));
    RenderPosition position =
        new RenderPosition(
            random,
            history,
            phaseIndex,
            checkpoint.step(),
            latent,
            checkpoint.anchor(),
            beginning,
            checkpoint.isBetween());
    return new Render(plan, storage, position);
  }

  /**
   * What the phase that the checkpoint was written in began with.
   *
   * @param latent of the phase's size; what it holds is overwritten
   */
  private PhaseBeginning beginning(Phase phase, RenderCheckpoint checkpoint, Latent latent) {
    if (!latent.extent().equals(phase.extent())) {
      throw new IllegalArgumentException(
          "its latent has " + latent.extent() + ", but its phase needs " + phase.extent());
    }
    Samples encoded = checkpoint.encoded();
    Latent picture = encoded == null ? null : Latent.of(encoded.toTensor());
    SkipResidual residual = SkipResidual.of(plan, phase, storage);
    Samples regions = checkpoint.regions();
    RegionDeviation deviation =
        regions == null ? null : new RegionDeviation(regions.toTensor().values());
    Samples low = checkpoint.structure();
    PhaseStructure structure =
        low == null
            ? PhaseStructure.none()
            : PhaseStructure.restored(plan, phase, Latent.of(low.toTensor()));
    KeptLatent kept = kept(phase, checkpoint);
    if (!residual.isNone()) {
      Latent previous = picture != null ? picture : finalOf(phase.number() - 1);
      if (PhaseBeginning.checksum(previous) != checkpoint.before()) {
        throw new IllegalArgumentException(
            "the previous phase's latent is not the one that it was written with");
      }
      PhaseOpening.enlarge(plan, phase, previous, deviation, kept, residual::keepUpscaled);
    }
    if (kept != null || !residual.isNone()) {
      TorchGenerator.restore(checkpoint.beforeNoise()).randn(latent.samples());
      residual.keepNoise(latent.samples());
    }
    if (kept != null) {
      kept.keepNoise(latent.samples());
    }
    return checkpoint.beginning(picture, residual, deviation, structure, kept);
  }

  /** Without its noise. */
  private @Nullable KeptLatent kept(Phase phase, RenderCheckpoint checkpoint) {
    Samples original = checkpoint.original();
    if (plan.masked() == null || original == null) {
      if (plan.masked() != null || original != null) {
        throw new IllegalArgumentException("only one of them draws a part of a picture anew");
      }
      return null;
    }
    Samples around = checkpoint.around();
    Latent latent = around == null ? null : Latent.of(around.toTensor());
    KeptLatent kept = PhaseOpening.kept(plan, phase, latent, storage);
    kept.keepOriginal(original);
    return kept;
  }

  private Render after(int phases) {
    RandomStreams random = RandomStreams.of(plan.spec().seed());
    for (Phase phase : plan.phases().subList(0, phases)) {
      drawWithout(phase, random);
    }
    Latent last = finalOf(phases);
    RenderPosition position =
        new RenderPosition(
            random,
            new SolverHistory(storage),
            phases,
            0,
            last,
            Moments.of(finalOf(1).samples()),
            PhaseBeginning.inNoise(random.torch().save()),
            false);
    Render render = new Render(plan, storage, position);
    render.open(last);
    return render;
  }

  /** Takes from the random streams what a phase takes: its one noise, and each timestep's draws. */
  private void drawWithout(Phase phase, RandomStreams random) {
    random.torch().randn(new float[plan.geometry().latentChannels() * phase.extent().area()]);
    ReferenceQuirks quirks = new ReferenceQuirks(plan);
    Views views = new Views(plan, phase);
    List<View> dilated = views.dilated();
    for (int n = 0; n < plan.timesteps(phase); n++) {
      quirks.discardDraws(random.torch(), views.local(random.python()), dilated);
    }
  }

  private Latent finalOf(int phase) {
    Latent ended = Latent.of(storage.phaseLatent(phase).toTensor());
    if (!ended.extent().equals(plan.phases().get(phase - 1).extent())) {
      throw new IllegalArgumentException(
          "the latent of phase "
              + phase
              + " is "
              + ended.extent()
              + ", which does not fit this job's settings");
    }
    return ended;
  }
}
