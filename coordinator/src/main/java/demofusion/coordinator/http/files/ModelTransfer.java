package demofusion.coordinator.http.files;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.http.OpenStreams;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.library.store.Uploads;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.UploadView;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Bytes of files between connections and the store, some at a time: who reads slowly is sent
 * slowly, and no file is ever in memory.
 */
public final class ModelTransfer {
  private static final long BATCH = 1 << 20;
  private static final int CHUNK = 1 << 18;

  private final ModelStore store;
  private final RequestBodies bodies;
  private final OpenStreams streams;
  private final Executor disk;
  private final Materializer materializer;

  /**
   * @param disk threads that may wait for one, and keep nothing else waiting
   */
  public ModelTransfer(
      ModelStore store,
      RequestBodies bodies,
      OpenStreams streams,
      Executor disk,
      Materializer materializer) {
    this.store = store;
    this.bodies = bodies;
    this.streams = streams;
    this.disk = disk;
    this.materializer = materializer;
  }

  /** Asks the store, on a thread that may wait for its disk. */
  <T> CompletionStage<T> ask(Function<ModelStore, T> question) {
    return CompletableFuture.supplyAsync(() -> question.apply(store), disk);
  }

  /**
   * Puts a request's bytes to an upload.
   *
   * @param from bytes that have come before
   * @return how it stands then; what came before a connection broke stays
   */
  CompletionStage<UploadView> receive(HttpRequest request, String hash, long from) {
    return ask(it -> it.uploads().write(hash, from))
        .thenCompose(writer -> copy(request, writer))
        .thenCompose(done -> ask(it -> it.uploads().find(hash)));
  }

  private CompletionStage<Done> copy(HttpRequest request, Uploads.Writer writer) {
    return bodies
        .bytes(request)
        .batchWeighted(BATCH, bytes -> (long) bytes.size(), bytes -> bytes, ByteString::concat)
        .mapAsync(1, bytes -> append(writer, bytes))
        .runWith(Sink.ignore(), materializer)
        .handleAsync(
            (done, failure) -> {
              writer.close();
              if (failure != null) {
                throw failure instanceof CompletionException wrapped
                    ? wrapped
                    : new CompletionException(failure);
              }
              return done;
            },
            disk);
  }

  private CompletionStage<Done> append(Uploads.Writer writer, ByteString bytes) {
    return CompletableFuture.supplyAsync(
        () -> {
          writer.append(bytes.asByteBuffer());
          return Done.done();
        },
        disk);
  }

  /** A file as an answer, whole or from where the request wants it. */
  CompletionStage<HttpResponse> send(HttpRequest request, String hash) {
    return ask(
        it -> {
          Path path = it.path(hash);
          StoredFile file = it.find(hash).orElseThrow(() -> ModelStore.none(hash));
          String tag = "\"" + hash + "\"";
          Optional<ByteRange> part = ByteRange.of(request, file.bytes(), tag);
          ByteRange range = part.orElse(new ByteRange(0, file.bytes() - 1));
          Source<ByteString, ?> bytes =
              FileIO.fromPath(path, CHUNK, range.from())
                  .withAttributes(ActorAttributes.dispatcher(CoordinatorThreads.LIBRARY))
                  .via(new FirstBytes(range.length()))
                  .map(
                      chunk -> {
                        it.observer().served(chunk.size());
                        return chunk;
                      });
          HttpResponse response =
              HttpResponse.create()
                  .withStatus(part.isPresent() ? StatusCodes.PARTIAL_CONTENT : StatusCodes.OK)
                  .addHeader(RawHeader.create("ETag", tag))
                  .addHeader(RawHeader.create("Accept-Ranges", "bytes"))
                  .withEntity(
                      HttpEntities.create(
                          ContentTypes.APPLICATION_OCTET_STREAM,
                          range.length(),
                          streams.counted(bytes)));
          return part.isPresent()
              ? response.addHeader(
                  RawHeader.create("Content-Range", range.contentRange(file.bytes())))
              : response;
        });
  }
}
