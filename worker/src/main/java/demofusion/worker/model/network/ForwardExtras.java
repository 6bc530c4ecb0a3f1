package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.adapter.ImagePrompts;
import demofusion.worker.model.control.ControlResiduals;
import demofusion.worker.model.control.ControlledViews;
import demofusion.worker.model.memory.SecondAttempt;
import demofusion.worker.model.network.NoiseNetwork.Added;
import demofusion.worker.model.network.NoiseNetwork.Extra;
import demofusion.worker.model.network.TextProjections.Text;
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
   * @param text of both halves or of one; both: its samples are all views, unconditional, and all
   *     views again
   * @param added with as many rows of pooled text; null for a UNet that is told nothing more
   */
  record Inputs(Work.PredictNoise work, JobAssets assets, Text text, @Nullable Added added) {}

  /** The forward. */
  @FunctionalInterface
  interface Forward {
    Tensor run(Extra extra);
  }

  private final TextProjections texts;
  private final ControlResiduals controls;
  private final ImagePrompts images;
  private final BooleanSupplier makingRoom;

  /**
   * @param makingRoom takes off the device what no forward needs; false: there was nothing
   */
  ForwardExtras(
      TextProjections texts,
      ControlResiduals controls,
      ImagePrompts images,
      BooleanSupplier makingRoom) {
    this.texts = texts;
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
        inputs.text().half(),
        (shown, strengths) ->
            texts.with(
                inputs.text(),
                text ->
                    controlled(
                        inputs,
                        residuals -> forward.run(new Extra(residuals, text, shown, strengths)))));
  }

  private Tensor controlled(Inputs inputs, Function<DeviceTensors, Tensor> forward) {
    Added added = inputs.added();
    return controls.with(
        new ControlledViews(
            inputs.work().tiles(),
            inputs.work().timestep(),
            inputs.text().context(),
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
    boolean left = texts.leave();
    left |= controls.leave();
    return images.leave() || left;
  }

  /** What is kept of assets that no work names any more goes. */
  void letGo(Collection<AssetId> assets) {
    texts.leave(); // what other jobs draw with is made again by their next forward
    controls.letGo(assets);
  }

  @Override
  public void close() {
    texts.close();
    controls.close();
    images.close();
  }
}
