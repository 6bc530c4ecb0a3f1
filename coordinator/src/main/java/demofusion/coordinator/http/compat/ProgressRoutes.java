package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** How far the caller's first request in hand has come, and how it is stopped. */
final class ProgressRoutes {
  /** Of a preview that every poll may carry. */
  private static final long LARGEST_PREVIEW = 4 << 20;

  /** What pydantic takes for true. */
  private static final Set<String> FLAGS = Set.of("true", "t", "yes", "y", "on", "1");

  private final FarmGateway farm;
  private final Executor files;
  private final RequestsInFlight inFlight;
  private final InstantSource clock;

  ProgressRoutes(ApiContext context, RequestsInFlight inFlight, InstantSource clock) {
    this.farm = context.farm();
    this.files = context.files();
    this.inFlight = inFlight;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/sdapi/v1/progress", Role.VIEW, this::progress)
            .as(
                StableDiffusionApi.operation(
                        "progress", "Progress of the caller's oldest request in progress.")
                    .query(
                        "skip_current_image",
                        "Leave out the newest preview.",
                        "type: 'boolean', default: false")
                    .answers(200, "How far.", ProgressView.class)),
        Endpoint.post("/sdapi/v1/interrupt", Role.SUBMIT, this::interrupt)
            .recordedAs(AuditedAction.CANCEL)
            .as(
                StableDiffusionApi.operation(
                        "interrupt",
                        "Cancels the images of the caller's oldest request in progress; it is"
                            + " answered with the latest previews.")
                    .answers(200, "Done.", Map.class)),
        Endpoint.post("/sdapi/v1/skip", Role.SUBMIT, this::skip)
            .recordedAs(AuditedAction.CANCEL)
            .as(
                StableDiffusionApi.operation(
                        "skip", "Cancels the image being generated, and continues with the next.")
                    .answers(200, "Done.", Map.class)));
  }

  private Route progress(Endpoint.Call call) {
    boolean withImage =
        !call.request()
            .getUri()
            .query()
            .get("skip_current_image")
            .map(text -> FLAGS.contains(text.toLowerCase(Locale.ROOT)))
            .orElse(false);
    CompletionStage<HttpResponse> response =
        now(call.caller())
            .thenCompose(
                jobs -> {
                  ProgressView progress = ProgressView.of(jobs, clock.instant());
                  return image(withImage ? ProgressView.current(jobs) : Optional.empty())
                      .thenApply(progress::with);
                })
            .thenApply(Responses::ok);
    return completeWithFuture(response);
  }

  /** The jobs of the caller's first request, as they are now. */
  private CompletionStage<List<JobView>> now(Caller caller) {
    CompletionStage<List<JobView>> jobs = CompletableFuture.completedFuture(List.of());
    for (JobView job :
        inFlight.first(caller).map(RequestsInFlight.Request::jobs).orElse(List.of())) {
      jobs =
          jobs.thenCompose(
              before -> farm.find(caller, job.id()).thenApply(found -> with(before, found)));
    }
    return jobs;
  }

  private static List<JobView> with(List<JobView> before, JobView next) {
    List<JobView> all = new ArrayList<>(before);
    all.add(next);
    return all;
  }

  private CompletionStage<Optional<String>> image(Optional<JobView> current) {
    if (current.isEmpty() || current.get().previews().isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    JobView job = current.get();
    return farm.locate(job)
        .thenApplyAsync(folder -> Optional.ofNullable(newestSmall(job, folder)), files);
  }

  private static @Nullable String newestSmall(JobView job, Path folder) {
    List<Integer> phases = job.previews();
    try {
      for (int n = phases.size() - 1; n >= 0; n--) {
        Path file = folder.resolve(DrawnPictures.preview(phases.get(n)));
        if (Files.exists(file) && Files.size(file) <= LARGEST_PREVIEW) {
          return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Route interrupt(Endpoint.Call call) {
    return stop(call, jobs -> jobs);
  }

  /** Only the picture that is being drawn. */
  private Route skip(Endpoint.Call call) {
    return stop(call, jobs -> jobs.subList(0, Math.min(1, jobs.size())));
  }

  private interface Choice {
    List<JobView> of(List<JobView> unfinished);
  }

  private Route stop(Endpoint.Call call, Choice choice) {
    Caller caller = call.caller();
    CompletionStage<HttpResponse> response =
        now(caller)
            .thenCompose(
                jobs -> {
                  List<JobView> unfinished =
                      jobs.stream().filter(job -> !job.state().isOver()).toList();
                  List<JobView> chosen = choice.of(unfinished);
                  call.note().about(chosen);
                  CompletableFuture<?>[] cancelled =
                      chosen.stream()
                          .map(job -> farm.cancel(caller, job.id()).toCompletableFuture())
                          .toArray(CompletableFuture<?>[]::new);
                  // One that ended meanwhile cannot be cancelled, and need not.
                  return CompletableFuture.allOf(cancelled).handle((done, failure) -> Map.of());
                })
            .thenApply(Responses::ok);
    return completeWithFuture(response);
  }
}
