package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.ledger.Urgency;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.model.ModelGeometry;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * Has the pictures of a job's phases made, each by a {@link PictureAssembly} of its own; the
 * picture of method sr by a {@link SuperResolution}.
 */
final class JobPictures {
  private final ActorContext<?> session;
  private final RenderJob job;
  private final JobDispatch dispatch;
  private final BackgroundWork<?> background;
  private final Function<ModelGeometry, PictureTiling> tiling;
  private final ActorRef<PictureAssembly.Outcome> outcomes;
  private int stops;

  /**
   * @param session whose children they are
   * @param background keeps the session until none of their files is open any more
   * @param outcomes receives what becomes of each
   */
  JobPictures(
      ActorContext<?> session,
      RenderJob job,
      JobDispatch dispatch,
      BackgroundWork<?> background,
      Function<ModelGeometry, PictureTiling> tiling,
      ActorRef<PictureAssembly.Outcome> outcomes) {
    this.session = session;
    this.job = job;
    this.dispatch = dispatch;
    this.background = background;
    this.tiling = tiling;
    this.outcomes = outcomes;
  }

  /** Those that are to be begun now. */
  void make(Drawing now) {
    for (Phase phase : now.agenda.picturesToMake()) {
      Urgency urgency = now.agenda.isUrgent(phase) ? Urgency.PICTURE : Urgency.PREVIEW;
      make(now.plan, phase, urgency, now.barrier.passing(phase, now.onDisk).orElse(null));
    }
  }

  private void make(
      RenderPlan plan, Phase phase, Urgency urgency, PictureAssembly.@Nullable Passing passing) {
    boolean isLast = phase.equals(plan.lastPhase());
    boolean isOfSr = isLast && plan.spec().method() == RenderMethod.SR;
    UpscalerUse upscaler = isOfSr ? plan.spec().methodSettings().upscaler() : null;
    PictureAssembly.Order order =
        new PictureAssembly.Order(
            job.id(),
            phase,
            urgency,
            job.picture(phase.number(), isLast && upscaler == null),
            job.pictureTexts(plan),
            tiling.apply(plan.geometry()),
            plan.spec().threads(),
            plan.masked(),
            isLast ? plan.cut() : null,
            passing);
    PictureAssembly.Ending ending =
        new PictureAssembly.Ending(outcomes, background.track(new CompletableFuture<>()));
    String name = "picture-" + phase.number() + (stops == 0 ? "" : "-" + stops);
    ActorRef<DispatcherCommand> dispatcher = dispatch.dispatcher();
    if (upscaler != null) {
      SuperResolution.Order whole = new SuperResolution.Order(order, job, plan, upscaler);
      session.spawn(SuperResolution.create(whole, dispatcher, ending), name);
    } else {
      int factor = plan.geometry().vaeScaleFactor();
      session.spawn(PictureAssembly.create(order, job.folder(), dispatcher, ending, factor), name);
    }
  }

  /** Stops those that are being made. */
  void stop() {
    stops++; // their names may be taken for a while yet
    session.getChildren().forEach(session::stop);
  }
}
