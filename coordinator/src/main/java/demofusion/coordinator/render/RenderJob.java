package demofusion.coordinator.render;

import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A job that is on disk.
 *
 * @param folder opened and locked; the session closes it
 * @param listener hears of everything that becomes of it
 */
record RenderJob(JobId id, JobFolder folder, ActorRef<RenderEvent> listener) {
  RenderRequest request() {
    return folder.request();
  }
}
