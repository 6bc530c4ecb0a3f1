package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker answers; one kind for each kind of {@link Work}. */
public sealed interface WorkResult {
  /**
   * Both towers' states; null where guidance is not active.
   *
   * @param cutOff for each prompt that was longer than the model reads, what was cut off its end
   */
  record EncodedText(
      Tensor text,
      Tensor pooled,
      @Nullable Tensor negativeText,
      @Nullable Tensor negativePooled,
      List<String> cutOff)
      implements WorkResult {
    public EncodedText {
      cutOff = List.copyOf(cutOff);
    }
  }

  /**
   * The Gaussian that the VAE's encoder makes of a picture, in the units of the latent (scaling
   * factor applied): z = mean + deviation·ε.
   *
   * @param mean (channels, height, width)
   * @param deviation the same shape
   */
  record EncodedPicture(Tensor mean, Tensor deviation) implements WorkResult {}

  /**
   * What the UNet predicted.
   *
   * @param noise (views, channels, height, width): guided, or of the half that was asked for
   */
  record NoisePrediction(Tensor noise) implements WorkResult {}

  /** See {@link Asset.DecoderSurvey}. */
  record SurveyedLatent(List<String> names, List<Tensor> tensors) implements WorkResult {
    public SurveyedLatent {
      names = List.copyOf(names);
      tensors = List.copyOf(tensors);
    }
  }

  /**
   * A picture, or a tile of one.
   *
   * @param pixels (3, height, width) in [0, 1]
   */
  record DecodedPixels(Tensor pixels) implements WorkResult {}
}
