package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.conditional;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;
import static org.apache.pekko.http.javadsl.server.Directives.withRangeSupport;

import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.DateTime;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.CacheControl;
import org.apache.pekko.http.javadsl.model.headers.CacheDirectives;
import org.apache.pekko.http.javadsl.model.headers.ContentDisposition;
import org.apache.pekko.http.javadsl.model.headers.ContentDispositionTypes;
import org.apache.pekko.http.javadsl.model.headers.EntityTag;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.FileIO;

/**
 * Files of jobs as answers: whole or in ranges, and kept by nobody on the way; who asks again with
 * the tag of what is kept gets no body.
 */
public final class StoredFiles {
  private static final CacheControl ONLY_WITH_QUESTION =
      CacheControl.create(CacheDirectives.PRIVATE(), CacheDirectives.NO_CACHE);

  private final FarmGateway farm;
  private final OpenStreams streams;
  private final Executor files;

  /**
   * @param files threads that may wait for a disk
   */
  public StoredFiles(FarmGateway farm, OpenStreams streams, Executor files) {
    this.farm = farm;
    this.streams = streams;
    this.files = files;
  }

  /** A file of a job, as far as a response's head tells. */
  private record Found(Path path, long bytes, DateTime modified, EntityTag tag) {}

  /**
   * The file as an answer.
   *
   * @param name made of nothing that a caller said but a number
   * @param what it is, for the sentence
   */
  public Route answer(Caller caller, JobId id, String name, ContentType type, String what) {
    CompletionStage<Found> found =
        farm.find(caller, id)
            .thenCompose(
                job -> farm.file(job, name).thenApplyAsync(path -> find(job, path, what), files));
    return onSuccess(
        found,
        file ->
            respondWithHeaders(
                headers(id + "-" + name),
                () ->
                    conditional(
                        file.tag(),
                        file.modified(),
                        () -> withRangeSupport(() -> complete(whole(file, type))))));
  }

  private static Found find(JobView job, Path path, String what) {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      String tag =
          Long.toHexString(file.size())
              + "-"
              + Long.toHexString(file.lastModifiedTime().toMillis());
      return new Found(
          path,
          file.size(),
          DateTime.create(file.lastModifiedTime().toMillis() / 1000 * 1000),
          EntityTag.create(tag, false));
    } catch (NoSuchFileException e) {
      throw ApiException.with(
          StatusCodes.NOT_FOUND,
          "no " + what + " of job " + job.id() + ", which is " + job.state());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HttpHeader> headers(String fileName) {
    return List.of(
        ONLY_WITH_QUESTION,
        ContentDisposition.create(ContentDispositionTypes.INLINE, Map.of("filename", fileName)));
  }

  private HttpResponse whole(Found file, ContentType type) {
    return HttpResponse.create()
        .withEntity(
            HttpEntities.create(type, file.bytes(), streams.counted(FileIO.fromPath(file.path()))));
  }
}
