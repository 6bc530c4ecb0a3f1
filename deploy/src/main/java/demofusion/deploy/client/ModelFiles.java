package demofusion.deploy.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import demofusion.protocol.api.UploadView;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The farm's store of model files, for who puts files into it and takes them out. */
public final class ModelFiles {
  private static final String[] FILES = {"v1", "models", "files"};
  private static final String[] UPLOADS = {"v1", "models", "uploads"};
  private static final String JSON = "application/json";
  private static final Duration FOR_AN_ANSWER = Duration.ofSeconds(30);

  /** A piece, over any line; what came of one that is cut off is not sent again. */
  private static final long PIECE_BYTES = 64L << 20;

  private static final Duration FOR_A_PIECE = Duration.ofMinutes(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
  private static final int CONFLICT = 409;
  private static final int MOST_CONFLICTS = 20;

  private final Transport transport;
  private final Insistence insistence;
  private final JsonBody json;
  private final Pause pause;

  ModelFiles(Transport transport, Insistence insistence, JsonBody json, Pause pause) {
    this.transport = transport;
    this.insistence = insistence;
    this.json = json;
    this.pause = pause;
  }

  /** All files, by their names. */
  public StoredFileList list() {
    HttpRequest request = request(FILES).build();
    return insistence.on(() -> transport.ask(request, json.reading(StoredFileList.class)));
  }

  /** Removes a file. */
  public StoredFile remove(String hash) {
    HttpRequest request = request(steps(FILES, hash)).DELETE().build();
    return insistence.on(() -> transport.ask(request, json.reading(StoredFile.class)));
  }

  /** Keeps configurations with a checkpoint of the store. */
  private StoredFile describe(String hash, StoredConfig config) {
    HttpRequest request =
        request(steps(FILES, hash, "config"))
            .header("Content-Type", JSON)
            .PUT(body(config))
            .build();
    return insistence.on(() -> transport.ask(request, json.reading(StoredFile.class)));
  }

  /**
   * Uploads what is missing of a file, however often the line is cut.
   *
   * @param config is stored with it; null: it needs none
   * @param progress hears how many bytes the coordinator has or is being sent
   * @throws DemofusionException BAD_REQUEST if the coordinator refuses the file when it has it
   */
  public StoredFile upload(
      NewStoredFile file, Path path, @Nullable StoredConfig config, LongConsumer progress) {
    HttpRequest begin = request(UPLOADS).header("Content-Type", JSON).POST(body(file)).build();
    UploadView upload = insistence.on(() -> transport.ask(begin, json.reading(UploadView.class)));
    if (config != null) { // before there is a file that could be opened without it
      describe(upload, config);
    }
    int[] conflicts = {0};
    while (upload.state() != UploadView.State.STORED) {
      progress.accept(upload.offset());
      if (upload.state() == UploadView.State.REFUSED) {
        throw DemofusionException.badRequest(String.valueOf(upload.reason()));
      }
      if (upload.offset() < file.bytes()) {
        upload = next(file, path, upload.offset(), progress, conflicts);
      } else { // it is being read
        sleep();
        upload = find(file.hash());
      }
    }
    StoredFile stored = upload.file();
    if (stored == null) {
      throw JsonBody.notOurs(new IOException("stored without a file"));
    }
    return stored;
  }

  private void describe(UploadView upload, StoredConfig config) {
    if (upload.state() == UploadView.State.STORED) {
      describe(upload.hash(), config);
      return;
    }
    HttpRequest request =
        request(steps(UPLOADS, upload.hash(), "config"))
            .header("Content-Type", JSON)
            .PUT(body(config))
            .build();
    try {
      insistence.patience().insist(() -> transport.ask(request, json.reading(UploadView.class)));
    } catch (RequestRefused e) {
      DemofusionException refusal = e.problem().refusal(insistence.address());
      if (upload.offset() == 0) { // what came of it before may go on without them
        cancel(upload.hash(), refusal);
      }
      throw refusal;
    }
  }

  /** What is announced keeps room in the store, which nobody would use. */
  private void cancel(String hash, DemofusionException refusal) {
    HttpRequest request = request(steps(UPLOADS, hash)).DELETE().build();
    try {
      insistence.on(() -> transport.ask(request, body -> hash));
    } catch (DemofusionException e) {
      refusal.addSuppressed(e);
    }
  }

  /** A piece more of it, or what there is of it after a cut. */
  private UploadView next(
      NewStoredFile file, Path path, long from, LongConsumer progress, int[] conflicts) {
    try {
      return append(file, path, from, progress);
    } catch (RetryableFailure e) {
      insistence.patience().endure(e);
    } catch (RequestRefused e) {
      // Something of a former piece came late, or another one sends the same file.
      if (e.problem().status() != CONFLICT || ++conflicts[0] > MOST_CONFLICTS) {
        throw e.problem().refusal(insistence.address());
      }
      sleep();
    }
    return find(file.hash());
  }

  private UploadView find(String hash) {
    HttpRequest request = request(steps(UPLOADS, hash)).build();
    return insistence.on(() -> transport.ask(request, json.reading(UploadView.class)));
  }

  private UploadView append(NewStoredFile file, Path path, long from, LongConsumer progress)
      throws RetryableFailure, RequestRefused {
    long length = Math.min(PIECE_BYTES, file.bytes() - from);
    BodyPublisher piece =
        BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> FilePiece.open(path, from, length, progress)),
            length);
    HttpRequest request =
        request(steps(UPLOADS, file.hash()))
            .timeout(FOR_A_PIECE)
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", Long.toString(from))
            .method("PATCH", piece)
            .build();
    UploadView upload = transport.ask(request, json.reading(UploadView.class));
    insistence.patience().answered();
    return upload;
  }

  private void sleep() {
    try {
      pause.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemofusionException(FailureCode.CANCELLED, "interrupted while uploading", e);
    }
  }

  private static String[] steps(String[] route, String... more) {
    String[] steps = Arrays.copyOf(route, route.length + more.length);
    System.arraycopy(more, 0, steps, route.length, more.length);
    return steps;
  }

  private HttpRequest.Builder request(String... route) {
    return transport
        .request(route)
        .header("Accept", "application/json, application/problem+json")
        .timeout(FOR_AN_ANSWER);
  }

  private BodyPublisher body(Object value) {
    try {
      return BodyPublishers.ofByteArray(transport.json().writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON", e);
    }
  }
}
