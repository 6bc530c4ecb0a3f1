package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.withoutRequestTimeout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.DrawnPictures.Drawn;
import demofusion.coordinator.http.compat.RequestShapes.Generated;
import demofusion.coordinator.http.compat.RequestShapes.ImageToImage;
import demofusion.coordinator.http.compat.RequestShapes.TextToImage;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.Seeds;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** {@code txt2img} and {@code img2img}: pictures as jobs, waited for, and sent as base64. */
final class GenerationRoutes {
  private final RequestBodies bodies;
  private final PictureJobs jobs;
  private final DrawnPictures drawn;
  private final RequestsInFlight inFlight;
  private final AdvertisedModels models;
  private final CallerOptions options;
  private final PatientAnswer answer;
  private final SecureRandom random = new SecureRandom();

  GenerationRoutes(
      ApiContext context,
      PictureJobs jobs,
      RequestsInFlight inFlight,
      AdvertisedModels models,
      CallerOptions options) {
    this.bodies = context.bodies();
    this.jobs = jobs;
    this.drawn = new DrawnPictures(context.farm(), context.files());
    this.inFlight = inFlight;
    this.models = models;
    this.options = options;
    this.answer = new PatientAnswer(context, WebUiErrors::of);
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/sdapi/v1/txt2img", Role.SUBMIT, call -> generate(call, false))
            .recordedAs(AuditedAction.SUBMIT)
            .as(
                StableDiffusionApi.operation(
                        "txt2img",
                        "Text to image; answered when all images are done. If the client"
                            + " disconnects, they are generated anyway.")
                    .takes(TextToImage.class)
                    .answers(200, "The pictures.", Generated.class)),
        Endpoint.post("/sdapi/v1/img2img", Role.SUBMIT, call -> generate(call, true))
            .recordedAs(AuditedAction.SUBMIT)
            .as(
                StableDiffusionApi.operation("img2img", "A picture from another picture.")
                    .takes(ImageToImage.class)
                    .answers(200, "The picture.", Generated.class)));
  }

  /** Jobs that were taken on, and what their answer needs besides them. */
  private record Submitted(List<JobView> jobs, GenerationRequest request) {}

  private Route generate(Endpoint.Call call, boolean isFromPicture) {
    Caller caller = call.caller();
    // Control pictures come with requests that start from none, too.
    CompletionStage<Source<ByteString, ?>> json =
        bodies
            .readLargeGuest(call.request())
            .thenApply(
                node ->
                    GenerationRequest.read(
                        node, isFromPicture, options.of(caller), () -> Seeds.random(random)))
            .thenCompose(request -> submit(caller, call.trace(), request))
            .thenCompose(
                submitted ->
                    call.note()
                        .accepted(submitted.jobs())
                        .thenCompose(recorded -> finish(caller, submitted)));
    return withoutRequestTimeout(
        () -> completeWithFuture(answer.when(json).exceptionally(FieldErrors::answer)));
  }

  private CompletionStage<Submitted> submit(
      Caller caller, @Nullable TraceParent trace, GenerationRequest request) {
    return models
        .list()
        .thenApply(known -> jobRequests(request, known))
        .thenCompose(requests -> jobs.submit(caller, trace, requests))
        .thenApply(all -> new Submitted(all, request));
  }

  private List<JobRequest> jobRequests(
      GenerationRequest request, List<AdvertisedModels.Served> known) {
    ObjectNode picture = request.picture();
    request.settleGuidance(AdvertisedModels.settingsOf(known, request.model()));
    request.settleTiles(AdvertisedModels.nativeSideOf(known, request.model()));
    request.model().ifPresent(name -> picture.put("model", AdvertisedModels.idOf(known, name)));
    return PictureJobs.jobRequests(bodies, picture, request.count());
  }

  private CompletionStage<Source<ByteString, ?>> finish(Caller caller, Submitted submitted) {
    RequestsInFlight.Request request = inFlight.begin(caller, submitted.jobs());
    return jobs.finished(caller, submitted.jobs())
        .whenComplete((over, failure) -> inFlight.end(caller, request))
        .thenCompose(drawn::of)
        .thenApply(pictures -> json(pictures, submitted.request()));
  }

  private static Source<ByteString, ?> json(List<Drawn> pictures, GenerationRequest request) {
    String info = GenerationInfo.of(pictures, request.notes()).toString();
    String end = "],\"parameters\":%s,\"info\":%s}".formatted(request.echo(), Responses.text(info));
    List<Source<ByteString, ?>> parts = new ArrayList<>();
    parts.add(text("{\"images\":["));
    String before = "\"";
    for (Drawn picture : request.sendsImages() ? pictures : List.<Drawn>of()) {
      parts.add(text(before));
      parts.add(Base64Picture.encode(picture.file()));
      parts.add(text("\""));
      before = ",\"";
    }
    parts.add(text(end));
    return Source.from(parts).flatMapConcat(part -> part);
  }

  private static Source<ByteString, ?> text(String text) {
    return Source.single(ByteString.fromString(text));
  }
}
