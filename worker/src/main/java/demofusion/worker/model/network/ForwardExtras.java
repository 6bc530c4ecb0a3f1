package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.adapter.ImagePrompts;
import demofusion.worker.model.control.ControlResiduals;
import demofusion.worker.model.control.ControlledViews;
import demofusion.worker.model.memory.SecondAttempt;
import demofusion.worker.model.network.NoiseNetwork.Added;
import demofusion.worker.model.network.NoiseNetwork.Extra;
import demofusion.worker.model.torch.DeviceTensors;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a forward of the UNet is told beside the text: made before it, of the networks and assets
 * that the work names, and freed after it.
 */
final class ForwardExtras implements AutoCloseable {
  /**
   * What the forward itself is given.
   *
   * @param work of its views
   * @param context (2, tokens, width), unconditional and text, or of one half
   * @param added with as many rows of pooled text; null for a UNet that is told nothing more
   * @param half which of the two it is; both: its samples are all views, unconditional, and all
   *     views again
   */
  record Inputs(
      Work.PredictNoise work,
      JobAssets assets,
      Tensor context,
      @Nullable Added added,
      GuidanceHalf half) {}

  /** The forward. */
  @FunctionalInterface
  interface Forward {
    Tensor run(Extra extra);
  }

  private final ControlResiduals controls;
  private final ImagePrompts images;
  private final BooleanSupplier makingRoom;

  /**
   * @param makingRoom takes off the device what no forward needs; false: there was nothing
   */
  ForwardExtras(ControlResiduals controls, ImagePrompts images, BooleanSupplier makingRoom) {
    this.controls = controls;
    this.images = images;
    this.makingRoom = makingRoom;
  }

  /**
   * Where the device is full, what no forward needs goes, then what other images left on it, and it
   * is tried once more.
   */
  Tensor with(Inputs inputs, Forward forward) {
    return SecondAttempt.of(
        () -> SecondAttempt.of(() -> attempt(inputs, forward), makingRoom), this::leave);
  }

  private Tensor attempt(Inputs inputs, Forward forward) {
    return images.with(
        inputs.work().extra().imagePrompts(),
        inputs.assets(),
        inputs.half(),
        (shown, strengths) ->
            controlled(inputs, residuals -> forward.run(new Extra(residuals, shown, strengths))));
  }

  private Tensor controlled(Inputs inputs, Function<DeviceTensors, Tensor> forward) {
    Added added = inputs.added();
    return controls.with(
        new ControlledViews(
            inputs.work().tiles(),
            inputs.work().timestep(),
            inputs.context(),
            added == null ? null : added.pooled(),
            added == null ? null : added.timeIds()),
        inputs.work().extra().controls(),
        inputs.assets(),
        forward);
  }

  WorkResult.EncodedImage encode(Work.EncodeImage work) {
    return images.encode(work);
  }

  /**
   * Gives the device's room back that only forwards of the UNet need.
   *
   * @return whether there was any
   */
  boolean leave() {
    boolean left = controls.leave();
    return images.leave() || left;
  }

  /** What is kept of assets that no work names any more goes. */
  void letGo(Collection<AssetId> assets) {
    controls.letGo(assets);
  }

  @Override
  public void close() {
    controls.close();
    images.close();
  }
}
