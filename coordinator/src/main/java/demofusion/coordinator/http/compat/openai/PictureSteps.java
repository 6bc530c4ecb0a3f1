package demofusion.coordinator.http.compat.openai;

import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.DrawnPictures;
import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Which of a job's previews are sent: so many at most, evenly among those that it will have, since
 * DemoFusion has one for each phase but the last. Every event of a job says all about it, so it
 * does no harm if some are missed.
 */
final class PictureSteps {
  /**
   * A picture that is to be sent.
   *
   * @param file in the job's folder
   * @param index of a preview among those that are sent, from 0; -1 for the finished picture
   */
  record Step(JobView job, String file, int index) {
    boolean isLast() {
      return index < 0;
    }
  }

  private final int most;
  private final Set<Integer> seen = new TreeSet<>();
  private int sent;

  PictureSteps(int most) {
    this.most = most;
  }

  /**
   * What is to be sent now.
   *
   * @throws ApiException if there will be no picture
   */
  List<Step> after(JobView job) {
    List<Step> steps = new ArrayList<>();
    for (int phase : new TreeSet<>(job.previews())) {
      if (seen.add(phase) && sent < most && isChosen(seen.size(), job.progress())) {
        steps.add(new Step(job, DrawnPictures.preview(phase), sent++));
      }
    }
    if (job.state() == JobState.DONE) {
      steps.add(new Step(job, DrawnPictures.PICTURE, -1));
    } else if (job.state().isOver()) {
      throw job.state() == JobState.CANCELLED
          ? ApiException.badRequest(
              "job " + job.id() + " was cancelled before its image was finished")
          : ApiException.with(
              StatusCodes.INTERNAL_SERVER_ERROR, "job " + job.id() + " failed: " + job.reason());
    }
    return steps;
  }

  private boolean isChosen(int number, @Nullable JobProgress progress) {
    int all = progress == null ? 0 : progress.phases() - 1;
    return all <= most || number * most / all > (number - 1) * most / all;
  }
}
