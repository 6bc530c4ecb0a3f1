package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.RecordedSettings;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelKind;
import java.nio.file.Path;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A job that is on disk.
 *
 * @param folder opened and locked; the session closes it
 * @param listener receives its events
 */
record RenderJob(JobId id, JobFolder folder, ActorRef<RenderEvent> listener) {
  RenderRequest request() {
    return folder.request();
  }

  ModelKind model() {
    return request().model().kind();
  }

  /** Where a phase's picture goes; in hiding if it is only what the next phase is made of. */
  Path picture(int phase, boolean isLast) {
    if (isLast) {
      return folder.image();
    }
    return request().previews() ? folder.preview(phase) : folder.hiddenPreview(phase);
  }

  /** What its pictures say of themselves, so that they can be made again. */
  Map<String, String> pictureTexts(RenderPlan plan) {
    return Map.of(
        GenerationParameters.KEYWORD, RecordedSettings.of(plan, request().model()).toText());
  }
}
