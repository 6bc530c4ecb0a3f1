package demofusion.coordinator.job;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.mixture.RegionWeights;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture that another one goes on from. The larger picture is asked for with all that decided
 * the smaller one: its settings, and what the model was told of sizes. So the phases that both have
 * are the same to the bit, and the larger picture is the one that a whole render of its own request
 * gives; only the time that they take is saved.
 *
 * @param job its id
 * @param folder of that job, where its phases' latents are
 * @param plan of that job
 */
record EarlierPhases(String job, Path folder, RenderPlan plan) {
  /**
   * @throws DemofusionException if it cannot be gone on from at all
   */
  static EarlierPhases of(String job, Path folder, ModelCard card) {
    RenderRequest request =
        JobFolder.peek(folder)
            .orElseThrow(
                () ->
                    new DemofusionException(
                        FailureCode.NOT_FOUND, "the files of job " + job + " no longer exist"));
    if (request.spec().source() != null) {
      throw DemofusionException.badRequest(
          "job "
              + job
              + " started from a source image and cannot be upscaled this way; submit its image as"
              + " the source image of a new job instead");
    }
    if (request.spec().conditions().inpainting() != null) {
      throw DemofusionException.badRequest(
          "job "
              + job
              + " drew a part of a picture anew and cannot be upscaled this way; submit its image"
              + " as the source image of a new job instead");
    }
    if (!card.kind().equals(request.model().kind())) {
      throw DemofusionException.badRequest(
          "job " + job + " was made with another model, " + request.model().name());
    }
    return new EarlierPhases(
        job, folder, RenderPlan.of(request.spec(), card.geometry(), card.scheduler()));
  }

  /** What a larger picture is asked for with. */
  RenderSpec enlarged(PixelExtent size) {
    RenderSpec.Builder larger =
        plan.spec().toBuilder()
            .size(size)
            .unit(plan.unit())
            .regions(withFeathersFor(size))
            .methodSettings(withLadderUpTo(size, plan.spec().methodSettings()));
    if (!plan.geometry().inputs().microConditioning()) {
      return larger.build();
    }
    MicroConditioning told = plan.conditioning();
    return larger
        .originalSize(new PixelExtent(told.originalWidth(), told.originalHeight()))
        .targetSize(new PixelExtent(told.targetWidth(), told.targetHeight()))
        .build();
  }

  /** Feathers are measured in the picture's pixels: as wide as before in the phases before. */
  private RegionSettings withFeathersFor(PixelExtent size) {
    double standard = RegionWeights.standardFeather(plan.geometry().nativeSide());
    double larger = (double) size.width() / plan.size().width();
    return plan.spec()
        .regions()
        .withRegions(
            plan.spec().regions().regions().stream()
                .map(region -> region.withFeather(standard, larger))
                .toList());
  }

  /** A ladder that was asked for goes on: with its own phases, and then to the new size. */
  private MethodSettings withLadderUpTo(PixelExtent size, MethodSettings asked) {
    PhaseScales ladder = asked.phases();
    if (ladder == null) {
      return asked;
    }
    ModelGeometry geometry = plan.geometry();
    int longer = LatentExtent.of(size, geometry.vaeScaleFactor()).longer();
    int end = Math.max(1, (longer + geometry.sampleSize() - 1) / geometry.sampleSize());
    List<Integer> scales = new ArrayList<>();
    ladder.scales().stream().filter(scale -> scale < end).forEach(scales::add);
    scales.add(end);
    return asked.withPhases(new PhaseScales(scales));
  }

  /**
   * How many phases need not be done again.
   *
   * @param larger made of {@link #enlarged}
   * @param wanted null: as many as there are
   * @throws DemofusionException BAD_REQUEST, saying what would be possible
   */
  int shared(RenderPlan larger, @Nullable Integer wanted) {
    if (larger.spec().method() == RenderMethod.SR) {
      throw DemofusionException.badRequest(
          ("job %s was drawn by method sr, which has no phases to go on from; submit size %s as a "
                  + "new job, or its image as a source image")
              .formatted(job, larger.size()));
    }
    int most = Math.min(plan.phases().size(), larger.phases().size() - 1);
    PhaseAgreement agreement = new PhaseAgreement(plan, larger);
    int shared = 0;
    while (shared < most && agreement.in(shared) && hasLatent(shared + 1)) {
      shared++;
    }
    if (larger.size().area() <= plan.size().area() && shared == 0) {
      throw DemofusionException.badRequest(
          ("size %s adds no phase; job %s is %s; choose a larger size of the same aspect "
                  + "ratio")
              .formatted(larger.size(), job, plan.size()));
    }
    if (shared == 0 && plan.phases().get(0).equals(larger.phases().get(0)) && hasLatent(1)) {
      throw DemofusionException.badRequest(
          ("size %s has another aspect ratio than job %s of %s, so that its control pictures are cut"
                  + " or its regions lie otherwise, if only by a pixel; keep its aspect ratio, or"
                  + " submit a new job")
              .formatted(larger.size(), job, plan.size()));
    }
    if (shared == 0) {
      throw DemofusionException.badRequest(
          ("size %s starts with other phases than job %s of %s, or its first phase is not "
                  + "finished; keep its aspect ratio, or submit a new job")
              .formatted(larger.size(), job, plan.size()));
    }
    if (wanted != null && (wanted < 1 || wanted > shared)) {
      throw DemofusionException.badRequest(
          "phase %s must be between 1 and %s, the last phase that both have"
              .formatted(wanted, shared));
    }
    return wanted == null ? shared : wanted;
  }

  private boolean hasLatent(int phase) {
    return Files.exists(latent(phase));
  }

  Path latent(int phase) {
    return folder.resolve("phase-" + phase + ".safetensors");
  }
}
