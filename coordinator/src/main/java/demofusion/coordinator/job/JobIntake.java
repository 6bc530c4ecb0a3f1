package demofusion.coordinator.job;

import demofusion.coordinator.budget.Budgets;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.FittedPicture;
import demofusion.coordinator.image.RequestPictures;
import demofusion.coordinator.image.condition.ConditionAssets;
import demofusion.coordinator.image.condition.RequestPixels;
import demofusion.coordinator.job.record.JobIds;
import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.library.ModelLibrary;
import demofusion.coordinator.library.NamedFiles;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.JobRequest.Earlier;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a job of a request: everything that can be refused is refused here, and what is not is on
 * disk, with what the model recommended at that time where the request was silent. Takes a while,
 * so it runs where that holds up nobody.
 *
 * @param heapBytes that this coordinator may use
 * @param library of the files that requests name
 * @param budgets of those who ask
 */
record JobIntake(
    DataFolder data, Limits limits, long heapBytes, ModelLibrary library, Budgets budgets) {
  /** Who asks, and under which name the job will be known. */
  record Header(
      JobIds.Name name, String owner, JobRecord.@Nullable Key key, @Nullable TraceParent trace) {}

  /**
   * @return what is on disk now; its owner's budget is charged with it, also if this fails
   * @throws DemofusionException BAD_REQUEST if it cannot be rendered; OVER_BUDGET; STORAGE or
   *     DISK_FULL if it cannot be kept
   */
  JobRecord accept(JobRequest asked, Header header, ModelCard card) {
    JobRequest request = asked.withSpec(RecommendedSettings.fill(asked.spec(), card.settings()));
    if (request.spec().size() != null) {
      limits.requireSize(request.spec().size()); // before anything is made of that size
    }
    limits.requirePictures(RequestPixels.of(request.spec(), request.picture()));
    EarlierPhases earlier = earlier(request, card);
    RenderSpec spec =
        (earlier == null ? withSource(request, card) : earlier.enlarged(sizeOf(request, card)))
            .withStandards();
    spec =
        earlier == null
            ? NamedFiles.find(spec, library, card.geometry().inputs())
            : NamedFiles.keep(spec, library);
    spec = RequestPictures.read(spec, limits.sourcePixels());
    RenderPlan plan = RenderPlan.of(spec, card.geometry(), card.scheduler());
    Earlier after = request.after();
    int given = earlier == null || after == null ? 0 : earlier.shared(plan, after.phases());
    limits.requireSize(plan.pictureSize());
    plan.requireMemory(heapBytes);
    ConditionAssets.require(plan, limits.sourcePixels());
    PictureCut cut = plan.cut();
    ModelId model = ModelId.of(card);
    budgets.admit(header.name().id(), header.owner(), model.name(), plan.guidedTiles(), true);
    JobRecord record =
        new JobRecord(
            header.name().id(),
            header.owner(),
            header.name().submittedAt(),
            new JobRecord.Subject(
                spec.prompts().prompt(),
                plan.pictureSize().width(),
                plan.pictureSize().height(),
                plan.steps(),
                spec.seed(),
                request.priority(),
                model),
            new JobRecord.Needs(
                plan.coordinatorBytes(),
                DiskNeed.bytes(plan, request.previews()),
                plan.guidedTiles()),
            header.key(),
            request.webhook(),
            null,
            null,
            List.of(),
            List.of(),
            header.trace(),
            null);
    data.add(
        header.name().id(),
        new RenderRequest(spec, model, request.previews(), request.priority()),
        JobJson.write(record),
        folder -> {
          for (int phase = 1; earlier != null && phase <= given; phase++) {
            folder.takePhase(phase, earlier.latent(phase));
          }
          if (cut != null) {
            folder.takeWhole(data.job(cut.job()).resolve(JobFolder.IMAGE));
          }
        });
    return record;
  }

  private @Nullable EarlierPhases earlier(JobRequest request, ModelCard card) {
    Earlier after = request.after();
    return after == null
        ? null
        : EarlierPhases.of(after.job().value(), data.job(after.job()), card);
  }

  private static PixelExtent sizeOf(JobRequest request, ModelCard card) {
    PixelExtent size = request.spec().size();
    int side = 2 * card.geometry().nativeSide();
    return size == null ? new PixelExtent(side, side) : size;
  }

  private RenderSpec withSource(JobRequest request, ModelCard card) {
    byte[] picture = request.picture();
    Double strength = request.strength();
    if (picture == null) {
      if (strength != null) {
        throw DemofusionException.badRequest(
            "strength " + strength + " applies to a source image, and none is given");
      }
      return request.spec();
    }
    if (request.spec().conditions().inpainting() != null) {
      throw DemofusionException.badRequest(
          "an image to start from cannot be combined with a mask, since inpainting starts from its"
              + " own picture: leave one of them out");
    }
    FittedPicture fitted =
        FittedPicture.read(
            picture, RenderPlan.sourceSize(request.spec(), card.geometry()), limits.sourcePixels());
    return request
        .spec()
        .withSource(new SourcePicture(fitted.pixels(), strength == null ? 1 : strength));
  }
}
