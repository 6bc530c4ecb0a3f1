package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.dispatch.ledger.Urgency;
import demofusion.protocol.model.ModelGeometry;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Has the pictures of a job's phases made, each by a {@link PictureAssembly} of its own. */
final class JobPictures {
  private final ActorContext<?> session;
  private final RenderJob job;
  private final JobDispatch dispatch;
  private final BackgroundWork<?> background;
  private final Function<ModelGeometry, PictureTiling> tiling;
  private final ActorRef<PictureAssembly.Outcome> outcomes;

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

  /** Of a phase whose latent is on disk. */
  void make(RenderPlan plan, Phase phase, Urgency urgency) {
    boolean isLast = phase.equals(plan.lastPhase());
    PictureAssembly.Order order =
        new PictureAssembly.Order(
            job.id(),
            phase,
            urgency,
            job.picture(phase.number(), isLast),
            job.pictureTexts(plan),
            tiling.apply(plan.geometry()),
            plan.spec().threads());
    session.spawn(
        PictureAssembly.create(
            order,
            job.folder(),
            dispatch.dispatcher(),
            new PictureAssembly.Ending(outcomes, background.track(new CompletableFuture<>())),
            plan.geometry().vaeScaleFactor()),
        "picture-" + phase.number());
  }

  /** Stops those that are being made. */
  void stop() {
    session.getChildren().forEach(session::stop);
  }
}
