package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.JobEvents;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/** The pictures of one request as jobs: all of them are taken on, or none. */
public final class PictureJobs {
  private final FarmGateway farm;
  private final JobEvents events;

  public PictureJobs(FarmGateway farm, JobEvents events) {
    this.farm = farm;
    this.events = events;
  }

  /**
   * What a picture is asked for as.
   *
   * @throws ApiException if it is nothing that could be drawn
   */
  public static JobRequest jobRequest(NewPicture picture) {
    try {
      return picture.toRequest(
          () -> {
            throw new IllegalStateException("the seed is chosen before");
          });
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    }
  }

  /** So many of a picture, each with the seed after the one before. */
  public static List<JobRequest> jobRequests(RequestBodies bodies, ObjectNode picture, int count) {
    long seed = picture.path("seed").asLong();
    List<JobRequest> requests = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      // Behind the last seed comes the first.
      picture.put("seed", (seed + n) & Long.MAX_VALUE);
      requests.add(jobRequest(bodies.value(picture, NewPicture.class)));
    }
    return requests;
  }

  /**
   * Takes them on one after the other; where one is refused, those before it are cancelled.
   *
   * @param trace that the request for all of them is part of, if any
   */
  public CompletionStage<List<JobView>> submit(
      Caller caller, @Nullable TraceParent trace, List<JobRequest> requests) {
    CompletionStage<List<JobView>> submitted = CompletableFuture.completedFuture(List.of());
    for (JobRequest request : requests) {
      submitted =
          submitted.thenCompose(
              before ->
                  farm.submit(request, caller, null, trace)
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

  public void cancel(Caller caller, List<JobView> jobs) {
    // One that is over by now need not be cancelled, which is all that could be said.
    jobs.forEach(job -> farm.cancel(caller, job.id()));
  }

  /**
   * They, when all are over: done, or cancelled by somebody. Where one fails, the others are
   * cancelled and the stage fails with {@link ApiException}.
   */
  public CompletionStage<List<JobView>> finished(Caller caller, List<JobView> jobs) {
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

  private static ApiException failure(JobView job) {
    return ApiException.with(
        StatusCodes.INTERNAL_SERVER_ERROR, "job " + job.id() + " failed: " + job.reason());
  }
}
