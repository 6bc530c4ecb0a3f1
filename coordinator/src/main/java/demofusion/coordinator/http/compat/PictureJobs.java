package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.Caller;
import demofusion.coordinator.http.Farm;
import demofusion.coordinator.http.JobEvents;
import demofusion.coordinator.http.NewPicture;
import demofusion.coordinator.http.Refused;
import demofusion.coordinator.job.JobState;
import demofusion.coordinator.job.JobView;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.job.Order;
import demofusion.protocol.DemofusionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** The pictures of one request as jobs: all of them are taken on, or none. */
final class PictureJobs {
  private final Farm farm;
  private final JobEvents events;

  PictureJobs(Farm farm, JobEvents events) {
    this.farm = farm;
    this.events = events;
  }

  /**
   * What a picture is asked for as.
   *
   * @throws Refused if it is nothing that could be drawn
   */
  static Order order(NewPicture picture) {
    try {
      return picture.toOrder(
          () -> {
            throw new IllegalStateException("the seed is chosen before");
          });
    } catch (DemofusionException e) {
      throw Refused.badRequest(e.sentence());
    }
  }

  /** Takes them on one after the other; where one is refused, those before it are cancelled. */
  CompletionStage<List<JobView>> submit(Caller caller, List<Order> orders) {
    CompletionStage<List<JobView>> submitted = CompletableFuture.completedFuture(List.of());
    for (Order order : orders) {
      submitted =
          submitted.thenCompose(
              before ->
                  farm.submit(order, caller, null)
                      .thenApply(reply -> with(before, reply))
                      .whenComplete(
                          (all, failure) -> {
                            if (failure != null) {
                              cancel(caller, before);
                            }
                          }));
    }
    return submitted;
  }

  private static List<JobView> with(List<JobView> before, Jobs.Reply reply) {
    List<JobView> all = new ArrayList<>(before);
    all.add(Objects.requireNonNull(reply.job()));
    return all;
  }

  void cancel(Caller caller, List<JobView> jobs) {
    // One that is over by now need not be cancelled, which is all that could be said.
    jobs.forEach(job -> farm.cancel(caller, job.id()));
  }

  /**
   * They, when all are over: done, or cancelled by somebody. Where one fails, the others are
   * cancelled and the stage fails with {@link Refused}.
   */
  CompletionStage<List<JobView>> finished(Caller caller, List<JobView> jobs) {
    CompletionStage<List<JobView>> finished = CompletableFuture.completedFuture(List.of());
    for (JobView job : jobs) {
      finished =
          finished.thenCompose(
              before ->
                  events
                      .whenOver(job)
                      .thenApply(
                          over -> {
                            if (over.state() == JobState.FAILED) {
                              cancel(caller, jobs);
                              throw failure(over);
                            }
                            List<JobView> all = new ArrayList<>(before);
                            all.add(over);
                            return all;
                          }));
    }
    return finished;
  }

  private static Refused failure(JobView job) {
    return Refused.with(
        StatusCodes.INTERNAL_SERVER_ERROR, "job " + job.id() + " failed: " + job.reason());
  }
}
