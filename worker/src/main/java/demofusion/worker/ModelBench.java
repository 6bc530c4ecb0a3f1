package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Does one piece of work with the model, and looks at what came out before anyone else sees it. */
final class ModelBench {
  private final DiffusionModel model;

  ModelBench(DiffusionModel model) {
    this.model = model;
  }

  /**
   * @param assets those of the work's job
   * @throws DemofusionException whose code says what happens next
   */
  WorkResult perform(Work work, Map<AssetId, Asset> assets) {
    WorkResult result = ask(work, assets);
    if (!tensors(result).stream().allMatch(Tensor::isFinite)) {
      throw new DemofusionException(
          FailureCode.NOT_FINITE, "a result of the model had NaN or infinity in it");
    }
    return result;
  }

  private WorkResult ask(Work work, Map<AssetId, Asset> assets) {
    if (work instanceof Work.PredictNoise predict) {
      return model.predictNoise(
          predict, asset(Asset.TextEmbeddings.class, predict.textEmbeddings(), assets));
    }
    if (work instanceof Work.DecodeLatent decode) {
      return model.decode(
          decode,
          decode.survey().equals(AssetId.NONE)
              ? null
              : asset(Asset.DecoderSurvey.class, decode.survey(), assets));
    }
    if (work instanceof Work.SurveyLatent survey) {
      return model.survey(survey);
    }
    if (work instanceof Work.EncodePicture picture) {
      return model.encodePicture(picture);
    }
    return model.encodeText((Work.EncodeText) work);
  }

  private static <A extends Asset> A asset(Class<A> kind, AssetId id, Map<AssetId, Asset> assets) {
    Asset asset = assets.get(id);
    if (!kind.isInstance(asset)) {
      throw new DemofusionException(
          FailureCode.MISSING_ASSET,
          "the worker was not given the job's asset \"" + id.value() + "\"");
    }
    return kind.cast(asset);
  }

  /** CPU threads of one forward, which decide how many run at once. */
  static int threads(Work work) {
    if (work instanceof Work.PredictNoise predict) {
      return predict.threads();
    }
    if (work instanceof Work.DecodeLatent decode) {
      return decode.threads();
    }
    return work instanceof Work.SurveyLatent survey ? survey.threads() : 1;
  }

  private static List<Tensor> tensors(WorkResult result) {
    if (result instanceof WorkResult.NoisePrediction prediction) {
      return List.of(prediction.noise());
    }
    if (result instanceof WorkResult.DecodedPixels decoded) {
      return List.of(decoded.pixels());
    }
    if (result instanceof WorkResult.SurveyedLatent surveyed) {
      return surveyed.tensors();
    }
    if (result instanceof WorkResult.EncodedPicture picture) {
      return List.of(picture.mean(), picture.deviation());
    }
    WorkResult.EncodedText text = (WorkResult.EncodedText) result;
    List<Tensor> tensors = new ArrayList<>(List.of(text.text(), text.pooled()));
    addIfThere(tensors, text.negativeText());
    addIfThere(tensors, text.negativePooled());
    return tensors;
  }

  private static void addIfThere(List<Tensor> tensors, @Nullable Tensor tensor) {
    if (tensor != null) {
      tensors.add(tensor);
    }
  }
}
