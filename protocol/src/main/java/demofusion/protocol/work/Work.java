package demofusion.protocol.work;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import java.util.List;

/** One thing that a worker can be asked to do with its model. */
public sealed interface Work {
  /**
   * Both text towers, for the prompt and (where guidance is active) the negative prompt. Answered
   * by {@link WorkResult.EncodedText}.
   */
  record EncodeText(Prompts prompts, boolean withNegative) implements Work {}

  /**
   * The VAE's encoder on a picture of native size. Answered by {@link WorkResult.EncodedPicture}.
   *
   * @param pixels (3, height, width) in [−1, 1]
   */
  record EncodePicture(Tensor pixels) implements Work {}

  /**
   * One forward of the UNet: the unit of work that the plan chose. Answered by {@link
   * WorkResult.NoisePrediction}.
   *
   * @param tiles (views, channels, height, width), already scaled to what the model expects at this
   *     timestep
   * @param microConditioning one per view
   * @param textEmbeddings the {@link Asset.TextEmbeddings} of the job
   * @param threads CPU threads of the forward
   */
  record PredictNoise(
      Tensor tiles,
      float timestep,
      List<MicroConditioning> microConditioning,
      AssetId textEmbeddings,
      Guidance guidance,
      GuidanceHalf half,
      int threads)
      implements Work {
    public PredictNoise {
      microConditioning = List.copyOf(microConditioning);
      if (tiles.shape().length != 4 || tiles.shape()[0] != microConditioning.size()) {
        throw new IllegalArgumentException(
            microConditioning.size() + " micro-conditionings do not fit tiles of shape " + tiles);
      }
    }
  }

  /**
   * Looks at samples of a latent that is too large to decode whole, so that its tiles can share the
   * statistics of the whole picture. Answered by {@link WorkResult.SurveyedLatent}.
   *
   * @param crops (crops, channels, height, width) of the latent, not yet divided by the scaling
   *     factor: the whole latent as one crop with no margin, or where that is too much for a
   *     device, crops cut at regular places
   * @param margin latent samples at each crop's border that are context only and not counted
   */
  record SurveyLatent(Tensor crops, int margin, int threads) implements Work {}

  /**
   * The VAE's decoder on a whole latent or on one tile of it. Answered by {@link
   * WorkResult.DecodedPixels}.
   *
   * @param latent (channels, height, width), not yet divided by the scaling factor
   * @param survey the job's {@link Asset.DecoderSurvey}, or {@link AssetId#NONE} for a latent that
   *     is decoded whole
   */
  record DecodeLatent(Tensor latent, AssetId survey, int threads) implements Work {}
}
