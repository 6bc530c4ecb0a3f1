package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a worker answers; one kind for each kind of {@link Work}. */
public sealed interface WorkResult {
  /** Which of the model's networks made it. */
  NetworkKind network();

  /** Everything that the model computed. */
  List<Tensor> tensors();

  /** Every text in it. */
  List<String> texts();

  /**
   * What an {@link Asset.Conditioning} is made of.
   *
   * @param negative null where guidance is not active
   * @param cutOff for each prompt that was longer than the model reads, what was cut off its end
   */
  record EncodedText(NamedTensors positive, @Nullable NamedTensors negative, List<String> cutOff)
      implements WorkResult {
    public EncodedText {
      cutOff = List.copyOf(cutOff);
    }

    public Asset.Conditioning toConditioning(AssetId id) {
      return new Asset.Conditioning(id, positive, negative);
    }

    @Override
    public NetworkKind network() {
      return NetworkKind.ENCODER;
    }

    @Override
    public List<Tensor> tensors() {
      return Halves.tensors(positive, negative);
    }

    @Override
    public List<String> texts() {
      return Stream.concat(Halves.names(positive, negative).stream(), cutOff.stream()).toList();
    }
  }

  /**
   * The Gaussian that the VAE's encoder makes of a picture, in the units of the latent (scaling
   * factor applied): z = mean + deviation·ε.
   *
   * @param mean (channels, height, width)
   * @param deviation the same shape
   */
  record EncodedPicture(Tensor mean, Tensor deviation) implements WorkResult {
    @Override
    public NetworkKind network() {
      return NetworkKind.ENCODER;
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(mean, deviation);
    }

    @Override
    public List<String> texts() {
      return List.of();
    }
  }

  /**
   * What an IP-Adapter made of its pictures; an {@link Asset.Conditioning} is made of it too.
   *
   * @param positive named tensors of the pictures
   * @param negative of no picture, for the unconditional half of guidance
   */
  record EncodedImage(NamedTensors positive, NamedTensors negative) implements WorkResult {
    public Asset.Conditioning toConditioning(AssetId id) {
      return new Asset.Conditioning(id, positive, negative);
    }

    @Override
    public NetworkKind network() {
      return NetworkKind.ENCODER;
    }

    @Override
    public List<Tensor> tensors() {
      return Halves.tensors(positive, negative);
    }

    @Override
    public List<String> texts() {
      return Halves.names(positive, negative);
    }
  }

  /**
   * What the UNet predicted.
   *
   * @param noise (views, channels, height, width): guided, or of the half that was asked for
   */
  record NoisePrediction(Tensor noise) implements WorkResult {
    @Override
    public NetworkKind network() {
      return NetworkKind.UNET;
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(noise);
    }

    @Override
    public List<String> texts() {
      return List.of();
    }
  }

  /** What an {@link Asset.DecoderSurvey} is made of. */
  record SurveyedLatent(NamedTensors layers) implements WorkResult {
    @Override
    public NetworkKind network() {
      return NetworkKind.VAE;
    }

    @Override
    public List<Tensor> tensors() {
      return layers.tensors();
    }

    @Override
    public List<String> texts() {
      return layers.names();
    }
  }

  /**
   * A picture, or a tile of one.
   *
   * @param pixels (3, height, width) in [0, 1]
   */
  record DecodedPixels(Tensor pixels) implements WorkResult {
    @Override
    public NetworkKind network() {
      return NetworkKind.VAE;
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(pixels);
    }

    @Override
    public List<String> texts() {
      return List.of();
    }
  }

  /**
   * A tile of a picture, made larger.
   *
   * @param pixels (3, height, width), about [0, 1] but not clamped
   */
  record UpscaledPixels(Tensor pixels) implements WorkResult {
    @Override
    public NetworkKind network() {
      return NetworkKind.UPSCALER;
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(pixels);
    }

    @Override
    public List<String> texts() {
      return List.of();
    }
  }
}
