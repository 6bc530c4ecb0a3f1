package demofusion.coordinator.http.compat.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.ErrorResponses;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.protocol.api.JobView;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Pictures as server-sent events, as OpenAI names them: {@code image_generation.partial_image} for
 * previews, {@code image_generation.completed} for the picture; {@code image_edit} where one was
 * edited. Several pictures come one after the other, each with its previews before it. Whoever
 * hangs up has them drawn all the same.
 */
final class ImageStream {
  private static final Source<ByteString, NotUsed> KEEP_ALIVE =
      Source.single(ByteString.fromString(": \n\n"));

  private final ApiContext context;
  private final WrittenPictures written;
  private final InstantSource clock;

  ImageStream(ApiContext context, WrittenPictures written, InstantSource clock) {
    this.context = context;
    this.written = written;
    this.clock = clock;
  }

  /**
   * The pictures of jobs that were taken on.
   *
   * @param kind image_generation or image_edit
   * @param whenFailed is told of it, once
   */
  HttpResponse of(
      List<JobView> jobs, AnswerForm form, String kind, Consumer<List<JobView>> whenFailed) {
    Source<ByteString, ?> events =
        Source.from(jobs)
            .flatMapConcat(job -> steps(job, form.partialImages()))
            .mapAsync(1, step -> event(step, form, kind))
            // Between events only: within a picture's text it would be a part of that.
            .keepAlive(context.limits().heartbeat(), () -> KEEP_ALIVE)
            .recover(
                new PFBuilder<Throwable, Source<ByteString, NotUsed>>()
                    .matchAny(
                        failure -> {
                          whenFailed.accept(jobs);
                          return failed(failure);
                        })
                    .build())
            .flatMapConcat(event -> event);
    return HttpResponse.create()
        .addHeader(RawHeader.create("Cache-Control", "no-store"))
        .addHeader(RawHeader.create("X-Accel-Buffering", "no"))
        .withEntity(
            HttpEntities.createChunked(
                MediaTypes.TEXT_EVENT_STREAM.toContentType(), context.streams().counted(events)));
  }

  private Source<PictureSteps.Step, NotUsed> steps(JobView job, int partialImages) {
    return context
        .events()
        .of(job)
        .statefulMapConcat(
            () -> {
              PictureSteps steps = new PictureSteps(partialImages);
              return event -> steps.after(event.job());
            })
        .concatLazy(Source.lazySource(() -> Source.failed(ApiException.stopping(job.id()))))
        .takeWhile(step -> !step.isLast(), true);
  }

  private CompletionStage<Source<ByteString, NotUsed>> event(
      PictureSteps.Step step, AnswerForm form, String kind) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    String type = kind + (step.isLast() ? ".completed" : ".partial_image");
    data.put("type", type);
    data.put("created_at", clock.instant().getEpochSecond());
    data.put("size", step.job().width() + "x" + step.job().height());
    data.put("quality", form.quality());
    data.put("background", "opaque");
    data.put("output_format", form.format());
    if (step.isLast()) {
      data.set("usage", ImageAnswer.usage());
    } else {
      data.put("partial_image_index", step.index());
    }
    return context
        .farm()
        .file(step.job(), step.file())
        .thenCompose(picture -> written.of(step.job(), picture, form.encoder()))
        .thenApply(file -> event(type, data.toString(), file));
  }

  private static Source<ByteString, NotUsed> event(String type, String data, Path file) {
    String start = "event: " + type + "\ndata: " + data.substring(0, data.length() - 1);
    return Source.from(
            List.<Source<ByteString, ?>>of(
                ImageAnswer.text(start + ",\"b64_json\":\""),
                Base64Picture.encode(file),
                ImageAnswer.text("\"}\n\n")))
        .flatMapConcat(part -> part);
  }

  private static Source<ByteString, NotUsed> failed(Throwable failure) {
    ApiException refused = ErrorResponses.refusal(failure);
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("type", "error");
    String error = Responses.text(OpenAiErrors.of(refused).error());
    String start = data.toString();
    return Source.single(
        ByteString.fromString(
            "event: error\ndata: "
                + start.substring(0, start.length() - 1)
                + ",\"error\":"
                + error
                + "}\n\n"));
  }
}
