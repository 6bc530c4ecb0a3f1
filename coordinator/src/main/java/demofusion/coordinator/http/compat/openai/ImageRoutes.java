package demofusion.coordinator.http.compat.openai;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.withoutRequestTimeout;

import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.compat.AdvertisedModels;
import demofusion.coordinator.http.compat.DrawnPictures;
import demofusion.coordinator.http.compat.DrawnPictures.Drawn;
import demofusion.coordinator.http.compat.PatientAnswer;
import demofusion.coordinator.http.compat.PictureJobs;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.Seeds;
import demofusion.protocol.latent.PixelExtent;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/images}: pictures from words, or from a picture, as base64, as addresses, or as a
 * stream of events. Whoever hangs up has the pictures drawn all the same; they are among the jobs.
 */
final class ImageRoutes {
  private static final String GENERATION = "image_generation";
  private static final String EDIT = "image_edit";

  private final RequestBodies bodies;
  private final PictureJobs jobs;
  private final DrawnPictures drawn;
  private final WrittenPictures written;
  private final AdvertisedModels models;
  private final PatientAnswer answer;
  private final ImageStream stream;
  private final PictureFileRoutes files;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  ImageRoutes(
      ApiContext context,
      PictureJobs jobs,
      AdvertisedModels models,
      PictureFileRoutes files,
      InstantSource clock) {
    this.bodies = context.bodies();
    this.jobs = jobs;
    this.drawn = new DrawnPictures(context.farm(), context.files());
    this.written = new WrittenPictures(context.farm(), context.files());
    this.models = models;
    this.answer = new PatientAnswer(context, OpenAiErrors::of);
    this.stream = new ImageStream(context, written, clock);
    this.files = files;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/images/generations", Role.SUBMIT, this::generate)
            .recordedAs(AuditedAction.SUBMIT)
            .as(
                OpenAiApi.operation(
                        "generateImages",
                        "Text to image; answered when all images are done, or with stream as"
                            + " events. If the client disconnects, they are generated anyway.")
                    .takes(ImageShapes.ImageRequest.class)
                    .answers(200, "The pictures.", ImageShapes.Images.class)),
        Endpoint.post("/v1/images/edits", Role.SUBMIT, this::edit)
            .recordedAs(AuditedAction.SUBMIT)
            .as(
                OpenAiApi.operation(
                        "editImage",
                        "Image to image: the picture is redrawn after the prompt. As a form with a"
                            + " file, or as JSON with a data URL.")
                    .takes(ImageShapes.EditRequest.class)
                    .orTakesFiles(ImageShapes.EditForm.class)
                    .answers(200, "The pictures.", ImageShapes.Images.class)),
        Endpoint.post("/v1/images/variations", Role.SUBMIT, this::vary)
            .recordedAs(AuditedAction.SUBMIT)
            .as(
                OpenAiApi.operation("varyImage", "Image to image without a prompt.")
                    .takes(ImageShapes.EditRequest.class)
                    .orTakesFiles(ImageShapes.EditForm.class)
                    .answers(200, "The pictures.", ImageShapes.Images.class)));
  }

  private Route generate(Endpoint.Call call) {
    return draw(
        call,
        bodies
            .readLargeGuest(call.request())
            .thenApply(body -> ImageRequest.read(body, () -> Seeds.random(random))),
        GENERATION);
  }

  private Route edit(Endpoint.Call call) {
    return draw(
        call,
        pictureBody(call.request())
            .thenApply(body -> ImageRequest.readEdit(body, () -> Seeds.random(random))),
        EDIT);
  }

  private Route vary(Endpoint.Call call) {
    return draw(
        call,
        pictureBody(call.request())
            .thenApply(body -> ImageRequest.readVariation(body, () -> Seeds.random(random))),
        EDIT);
  }

  private CompletionStage<PictureBody> pictureBody(HttpRequest request) {
    if (RequestBodies.isForm(request)) {
      return bodies.readForm(request).thenApply(PictureBody::ofForm);
    }
    if (!RequestBodies.isJson(request)) {
      throw ApiException.with(
          StatusCodes.UNSUPPORTED_MEDIA_TYPE,
          "the body is "
              + request.entity().getContentType()
              + "; it must be multipart/form-data, or application/json with a data URL");
    }
    return bodies.readLargeGuest(request).thenApply(PictureBody::ofJson);
  }

  /** Jobs that were taken on, and how their pictures are answered. */
  private record Submitted(List<JobView> jobs, AnswerForm form) {
    /** Of all of them. */
    String size() {
      return jobs.get(0).width() + "x" + jobs.get(0).height();
    }
  }

  private Route draw(Endpoint.Call call, CompletionStage<ImageRequest> request, String kind) {
    Caller caller = call.caller();
    CompletionStage<HttpResponse> response =
        request.thenCompose(
            asked -> {
              CompletionStage<Submitted> submitted =
                  submit(caller, call.trace(), asked)
                      .thenCompose(
                          all ->
                              call.note()
                                  .accepted(all)
                                  .thenApply(recorded -> new Submitted(all, asked.answer())));
              return asked.answer().isStreamed()
                  ? submitted.thenApply(all -> stream(caller, all, kind))
                  : answer.when(submitted.thenCompose(all -> finish(caller, all, call.address())));
            });
    return withoutRequestTimeout(
        () -> completeWithFuture(response.exceptionally(WrongField::answer)));
  }

  private HttpResponse stream(Caller caller, Submitted all, String kind) {
    return stream.of(all.jobs(), all.form(), kind, failed -> jobs.cancel(caller, failed));
  }

  private CompletionStage<List<JobView>> submit(
      Caller caller, @Nullable TraceParent trace, ImageRequest request) {
    return models
        .list()
        .thenApply(
            known -> {
              request
                  .model()
                  .ifPresent(
                      name -> request.picture().put("model", AdvertisedModels.idOf(known, name)));
              List<JobRequest> requests =
                  PictureJobs.jobRequests(bodies, request.picture(), request.count());
              requests.forEach(each -> requireFits(each, request.answer()));
              return requests;
            })
        .thenCompose(requests -> jobs.submit(caller, trace, requests));
  }

  /** Where no size is given it is the model's own, which fits every format that can be written. */
  private static void requireFits(JobRequest request, AnswerForm form) {
    form.encoder()
        .requireFits(Objects.requireNonNullElse(request.spec().size(), new PixelExtent(1, 1)));
  }

  private CompletionStage<Source<ByteString, ?>> finish(
      Caller caller, Submitted submitted, PublicAddress address) {
    AnswerForm form = submitted.form();
    return jobs.finished(caller, submitted.jobs())
        .thenApply(ImageRoutes::requireDone)
        .thenCompose(drawn::of)
        .thenCompose(pictures -> write(pictures, form))
        .thenApply(
            paths ->
                form.isByAddress()
                    ? ImageAnswer.ofAddresses(
                        urls(submitted, address), form, submitted.size(), now())
                    : ImageAnswer.ofFiles(paths, form, submitted.size(), now()));
  }

  private static List<JobView> requireDone(List<JobView> jobs) {
    for (JobView job : jobs) {
      if (job.state() == JobState.CANCELLED) {
        throw ApiException.badRequest(
            "job " + job.id() + " was cancelled before its image was finished");
      }
    }
    return jobs;
  }

  private CompletionStage<List<Path>> write(List<Drawn> pictures, AnswerForm form) {
    CompletionStage<List<Path>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (Drawn picture : pictures) {
      all =
          all.thenCombine(
              written.of(picture.job(), picture.file(), form.encoder()),
              (before, path) -> {
                before.add(path);
                return before;
              });
    }
    return all;
  }

  private List<String> urls(Submitted submitted, PublicAddress address) {
    return submitted.jobs().stream()
        .map(job -> address.url(files.path(job.id(), submitted.form().encoder().format())))
        .toList();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
