package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;

/** Does one piece of work with the model, and looks at what came out before anyone else sees it. */
final class ModelExecutor {
  private final DiffusionModel model;

  ModelExecutor(DiffusionModel model) {
    this.model = model;
  }

  /**
   * @param assets those of the work's job
   * @throws DemofusionException whose code says what happens next
   */
  WorkResult perform(Work work, JobAssets assets) {
    assets.require(work.assets());
    WorkResult result = work.accept(new Call(assets));
    if (!result.tensors().stream().allMatch(Tensor::isFinite)) {
      throw new DemofusionException(
          FailureCode.NOT_FINITE, "a result of the model contained NaN or infinity");
    }
    return result;
  }

  /** Which of the model's methods does what. */
  private final class Call implements Work.Visitor<WorkResult> {
    private final JobAssets assets;

    Call(JobAssets assets) {
      this.assets = assets;
    }

    @Override
    public WorkResult encodeText(Work.EncodeText work) {
      return model.encodeText(work);
    }

    @Override
    public WorkResult encodePicture(Work.EncodePicture work) {
      return model.encodePicture(work.made());
    }

    @Override
    public WorkResult encodeImage(Work.EncodeImage work) {
      return model.encodeImage(work);
    }

    @Override
    public WorkResult predictNoise(Work.PredictNoise work) {
      return model.predictNoise(work, assets);
    }

    @Override
    public WorkResult surveyLatent(Work.SurveyLatent work) {
      return model.survey(work);
    }

    @Override
    public WorkResult decodeLatent(Work.DecodeLatent work) {
      AssetId survey = work.survey();
      return model.decode(
          work, survey.equals(AssetId.NONE) ? null : assets.get(Asset.DecoderSurvey.class, survey));
    }

    @Override
    public WorkResult upscalePicture(Work.UpscalePicture work) {
      return model.upscale(work);
    }
  }
}
