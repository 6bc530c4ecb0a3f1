package demofusion.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.RenderResumption;
import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A picture that is really rendered: the algorithm's own timesteps, with a toy model. */
final class RenderedPicture implements SimulatedPicture {
  final List<PhaseResult> results = new ArrayList<>();
  long mostBytesAhead;
  private final RenderPlan plan;
  private final HeapStorage kept = new HeapStorage();
  private final Random chance;
  private Render render;
  private @Nullable Timestep timestep;
  private RenderState checkpoint;
  private RenderState nextCheckpoint; // is being written
  private final Set<Integer> answered = new HashSet<>(); // and not summed yet

  /**
   * @param chance decides whether a crash comes before or after a checkpoint is on disk
   */
  RenderedPicture(RenderPlan plan, Random chance) {
    this.plan = plan;
    this.chance = chance;
    this.render = Render.begin(plan);
    this.checkpoint = copy(render.state());
    this.nextCheckpoint = checkpoint;
  }

  @Override
  public List<BatchTerms> openTimestep() {
    answered.clear();
    if (render.isDone()) {
      return List.of();
    }
    Timestep opened = render.openTimestep();
    timestep = opened;
    return opened.batches().stream().map(RenderedPicture::terms).toList();
  }

  private Timestep open() {
    return Objects.requireNonNull(timestep);
  }

  private static BatchTerms terms(ViewBatch batch) {
    long bytes = bytes(batch);
    return batch.half() == GuidanceHalf.BOTH
        ? BatchTerms.forward(batch.views().size(), 1, bytes, true)
        : BatchTerms.half(1, bytes);
  }

  private static long bytes(ViewBatch batch) {
    return 4L * 4 * batch.views().size() * batch.views().get(0).extent().area();
  }

  @Override
  public Object work(int batch) {
    return open().work(open().batches().get(batch), prompt -> AssetId.NONE);
  }

  static Object predict(Object work) {
    return Renders.toyPrediction((Work.PredictNoise) work);
  }

  @Override
  public void accept(int batch, Object answer) {
    open().accept(batch, (Tensor) answer);
    answered.add(batch);
    answered.removeIf(one -> one < open().summed());
    long ahead = answered.stream().mapToLong(one -> bytes(open().batches().get(one))).sum();
    mostBytesAhead = Math.max(mostBytesAhead, ahead);
  }

  @Override
  public boolean closeIfComplete() {
    if (!open().isComplete()) {
      return false;
    }
    render.closeTimestep(open()).ifPresent(this::keep);
    checkpoint = nextCheckpoint;
    nextCheckpoint = copy(render.state());
    return true;
  }

  private void keep(PhaseResult result) {
    results.add(result);
    kept.keep(result.phase().number(), result.latent());
  }

  /** As a file would hold it: the render goes on in its own arrays. */
  private static RenderState copy(RenderState state) {
    Map<String, Samples> tensors = new HashMap<>();
    state.tensors().forEach((name, samples) -> tensors.put(name, Samples.of(samples.toTensor())));
    return new RenderState(tensors, state.scalars());
  }

  @Override
  public void restart() {
    render =
        RenderResumption.resume(plan, chance.nextBoolean() ? checkpoint : nextCheckpoint, kept);
    results.removeIf(result -> !isBefore(result));
    nextCheckpoint = copy(render.state());
    checkpoint = nextCheckpoint;
  }

  private boolean isBefore(PhaseResult result) {
    return render.isDone() || result.phase().number() < render.phase().number();
  }

  void requireSameBitsAs(List<PhaseResult> sequential) {
    assertThat(results).hasSameSizeAs(sequential);
    for (int phase = 0; phase < results.size(); phase++) {
      assertThat(results.get(phase).latent().samples())
          .isEqualTo(sequential.get(phase).latent().samples());
    }
  }
}
