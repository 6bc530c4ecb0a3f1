package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.withoutRequestTimeout;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.DrawnPictures.Drawn;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.request.Seeds;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * {@code POST /v1/images/generations}: pictures from words, as base64 or as addresses. Whoever
 * hangs up has the pictures drawn all the same; they are among the jobs.
 */
final class ImageRoutes {
  private final RequestBodies bodies;
  private final PictureJobs jobs;
  private final DrawnPictures drawn;
  private final AdvertisedModels models;
  private final PatientAnswer answer;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  ImageRoutes(ApiContext context, PictureJobs jobs, AdvertisedModels models, InstantSource clock) {
    this.bodies = context.bodies();
    this.jobs = jobs;
    this.drawn = new DrawnPictures(context.farm(), context.files());
    this.models = models;
    this.answer = new PatientAnswer(context, OpenAiErrors::of);
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/images/generations", Role.SUBMIT, this::generate)
            .as(
                OpenAiApi.operation(
                        "generateImages",
                        "Text to image; answered when all images are done. If the client"
                            + " disconnects, they are generated anyway.")
                    .takes(RequestShapes.ImageRequest.class)
                    .answers(200, "The pictures.", RequestShapes.Images.class)));
  }

  private Route generate(Endpoint.Call call) {
    String base = call.address().url("");
    CompletionStage<Source<ByteString, ?>> json =
        bodies
            .read(call.request(), JsonNode.class)
            .thenApply(body -> ImageRequest.read(body, () -> Seeds.random(random)))
            .thenCompose(request -> draw(call.caller(), request, base));
    return withoutRequestTimeout(
        () -> completeWithFuture(answer.when(json).exceptionally(ImageRequest::answer)));
  }

  private CompletionStage<Source<ByteString, ?>> draw(
      Caller caller, ImageRequest request, String base) {
    return models
        .list()
        .thenApply(
            known -> {
              request
                  .model()
                  .ifPresent(
                      name -> request.picture().put("model", AdvertisedModels.idOf(known, name)));
              return GenerationRoutes.jobRequests(bodies, request.picture(), request.count());
            })
        .thenCompose(requests -> jobs.submit(caller, requests))
        .thenCompose(submitted -> jobs.finished(caller, submitted))
        .thenApply(ImageRoutes::requireDone)
        .thenCompose(drawn::of)
        .thenApply(pictures -> request.isByAddress() ? addresses(pictures, base) : bytes(pictures));
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

  private Source<ByteString, ?> addresses(List<Drawn> pictures, String base) {
    List<Map<String, String>> data =
        pictures.stream()
            .map(picture -> Map.of("url", base + "/v1/jobs/" + picture.job().id() + "/image"))
            .toList();
    return text(start() + Responses.text(data) + "}");
  }

  private Source<ByteString, ?> bytes(List<Drawn> pictures) {
    List<Source<ByteString, ?>> parts = new ArrayList<>();
    String before = start() + "[";
    for (Drawn picture : pictures) {
      parts.add(text(before + "{\"b64_json\":\""));
      parts.add(Base64Picture.encode(picture.file()));
      before = "\"},";
    }
    parts.add(text("\"}]}"));
    return Source.from(parts).flatMapConcat(part -> part);
  }

  private String start() {
    return "{\"created\":" + clock.instant().getEpochSecond() + ",\"data\":";
  }

  private static Source<ByteString, ?> text(String text) {
    return Source.single(ByteString.fromString(text));
  }
}
