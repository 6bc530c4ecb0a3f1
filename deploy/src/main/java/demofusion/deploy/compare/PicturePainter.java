package demofusion.deploy.compare;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.api.request.RenderSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Who draws pictures that are compared: this machine, or a farm. */
public interface PicturePainter {
  /** The model's name. */
  String model();

  String modelHash();

  /** Both. */
  default String modelName() {
    return model() + " " + modelHash();
  }

  /**
   * Whether plans say what the model recommends before a whole picture is drawn; a farm tells with
   * the picture.
   */
  default boolean knowsSettings() {
    return true;
  }

  /**
   * Memory that a device needs for a picture: weights, and what the largest piece of work takes.
   *
   * @return null: not known, as a farm does not say
   */
  default @Nullable Long deviceBytes(RenderPlan plan) {
    return null;
  }

  /** The whole picture. */
  Painting draw(RenderSpec spec);

  /** Only what the first phase draws, at the model's native size. */
  Painting drawFirstPhase(RenderSpec spec);

  /**
   * A picture that was drawn.
   *
   * @param file whoever asked for it may move it
   * @param seconds with decoding
   * @param forwards of the UNet
   * @param deviceSeconds that devices worked on it
   */
  record Painting(
      Path file, RenderPlan plan, double seconds, long forwards, double deviceSeconds) {}
}
