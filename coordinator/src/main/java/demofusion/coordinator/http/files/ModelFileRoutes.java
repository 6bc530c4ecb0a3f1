package demofusion.coordinator.http.files;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import demofusion.protocol.api.UploadView;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.http.javadsl.model.headers.Location;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The store of the farm's LoRAs, embeddings, VAEs, upscalers, ControlNets, IP-Adapters and
 * checkpoints. Uploads are resumed as in tus 1.0 (Upload-Offset, PATCH,
 * application/offset+octet-stream); what begins one is JSON like all else.
 */
public final class ModelFileRoutes {
  static final String TAG = "models";
  static final String FILES = "/v1/models/files";
  static final String UPLOADS = "/v1/models/uploads";
  static final String HASH = "hash";
  static final String BYTES = "application/octet-stream";
  private static final String OFFSET = "Upload-Offset";
  private static final String PIECE = "application/offset+octet-stream";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private final ModelTransfer transfer;
  private final RequestBodies bodies;

  public ModelFileRoutes(ModelTransfer transfer, RequestBodies bodies) {
    this.transfer = transfer;
    this.bodies = bodies;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(FILES, Role.VIEW, this::list)
            .as(
                Operation.of("listModelFiles", TAG, "The files of the store, by their names.")
                    .answers(200, "The files.", StoredFileList.class)),
        Endpoint.get(FILES + "/{hash}", Role.OPERATE, this::download)
            .as(file("modelFile", "A file of the store.")),
        Endpoint.delete(FILES + "/{hash}", Role.OPERATE, this::remove)
            .recordedAs(AuditedAction.MODELS_REMOVE)
            .as(
                Operation.of("removeModelFile", TAG, "Remove a file from the store.")
                    .detail("Workers that have fetched it keep it until they need the room.")
                    .answers(200, "What was removed.", StoredFile.class)
                    .refuses(404)),
        Endpoint.put(FILES + "/{hash}/config", Role.OPERATE, this::describe)
            .recordedAs(AuditedAction.MODELS_ADD)
            .as(
                Operation.of(
                        "describeModelFile",
                        TAG,
                        "Keep configurations with a checkpoint, for workers that load it.")
                    .takes(StoredConfig.class)
                    .answers(200, "The file.", StoredFile.class)
                    .refuses(404, 422)),
        Endpoint.post(UPLOADS, Role.OPERATE, this::begin)
            .recordedAs(AuditedAction.MODELS_ADD)
            .as(
                Operation.of("beginUpload", TAG, "Begin to upload a file, or go on.")
                    .detail(
                        "An upload is known by the file's SHA-256, and survives the crash of any"
                            + " process. A file that is there already is answered as stored.")
                    .takes(NewStoredFile.class)
                    .answers(201, "A new upload.", UploadView.class, "Location")
                    .answers(200, "One that had begun before.", UploadView.class, "Location")
                    .refuses(409, 422, 429)),
        Endpoint.get(UPLOADS + "/{hash}", Role.OPERATE, this::upload)
            .as(
                Operation.of("upload", TAG, "How far an upload has come.")
                    .answers(200, "The upload.", UploadView.class, OFFSET)
                    .refuses(404)),
        Endpoint.patch(UPLOADS + "/{hash}", Role.OPERATE, this::append)
            .recordedAs(AuditedAction.MODELS_ADD)
            .as(
                Operation.of("appendUpload", TAG, "Send the next bytes of an upload.")
                    .detail(
                        "The body is of the type "
                            + PIECE
                            + ", and as long as one likes. When all has come, the file is read and"
                            + " becomes one of the store's, or is refused.")
                    .header(OFFSET, "Bytes that have come before.", "type: 'integer', minimum: 0")
                    .answers(200, "How far it has come.", UploadView.class, OFFSET)
                    .refuses(400, 404, 408, 409, 415, 422)),
        Endpoint.put(UPLOADS + "/{hash}/config", Role.OPERATE, this::describeUpload)
            .recordedAs(AuditedAction.MODELS_ADD)
            .as(
                Operation.of(
                        "describeUpload",
                        TAG,
                        "Keep configurations with the checkpoint that an upload will be.")
                    .takes(StoredConfig.class)
                    .answers(200, "The upload.", UploadView.class, OFFSET)
                    .refuses(404, 422)),
        Endpoint.delete(UPLOADS + "/{hash}", Role.OPERATE, this::cancel)
            .recordedAs(AuditedAction.MODELS_REMOVE)
            .as(
                Operation.of("cancelUpload", TAG, "End an upload and forget what has come.")
                    .answers(204, "It is forgotten.")
                    .refuses(404)));
  }

  static Operation file(String id, String summary) {
    return Operation.of(id, TAG, summary)
        .answersWith(200, "The file, whole.", BYTES, "ETag", "Accept-Ranges")
        .answersWith(206, "The file from some byte on.", BYTES, "Content-Range")
        .refuses(404, 416);
  }

  private Route list(Endpoint.Call call) {
    return completeWithFuture(transfer.ask(ModelStore::list).thenApply(Responses::ok));
  }

  private Route download(Endpoint.Call call) {
    return completeWithFuture(transfer.send(call.request(), call.pathParam(HASH)));
  }

  private Route remove(Endpoint.Call call) {
    String hash = call.pathParam(HASH);
    return completeWithFuture(transfer.ask(store -> store.remove(hash)).thenApply(Responses::ok));
  }

  private Route describe(Endpoint.Call call) {
    String hash = call.pathParam(HASH);
    return completeWithFuture(
        bodies
            .readLarge(call.request(), StoredConfig.class)
            .thenCompose(config -> transfer.ask(store -> store.describe(hash, config)))
            .thenApply(Responses::ok));
  }

  private Route describeUpload(Endpoint.Call call) {
    String hash = call.pathParam(HASH);
    return completeWithFuture(
        bodies
            .readLarge(call.request(), StoredConfig.class)
            .thenCompose(config -> transfer.ask(store -> store.uploads().describe(hash, config)))
            .thenApply(ModelFileRoutes::standing));
  }

  private Route begin(Endpoint.Call call) {
    return completeWithFuture(
        bodies
            .read(call.request(), NewStoredFile.class)
            .thenCompose(file -> transfer.ask(store -> store.uploads().announce(file)))
            .thenApply(upload -> begun(call, upload)));
  }

  private static HttpResponse begun(Endpoint.Call call, UploadView upload) {
    call.note().file(upload.hash());
    return Responses.json(isNew(upload) ? StatusCodes.CREATED : StatusCodes.OK, upload)
        .addHeader(Location.create(Uri.create(call.address().path(UPLOADS + "/" + upload.hash()))));
  }

  private static boolean isNew(UploadView upload) {
    return upload.state() == UploadView.State.RECEIVING && upload.offset() == 0;
  }

  private Route upload(Endpoint.Call call) {
    String hash = call.pathParam(HASH);
    return completeWithFuture(
        transfer.ask(store -> store.uploads().find(hash)).thenApply(ModelFileRoutes::standing));
  }

  private Route append(Endpoint.Call call) {
    HttpRequest request = call.request();
    String type = request.entity().getContentType().mediaType().toString();
    if (!type.equals(PIECE)) {
      throw ApiException.with(
          StatusCodes.UNSUPPORTED_MEDIA_TYPE, "the body is " + type + "; it must be " + PIECE);
    }
    String offset = request.getHeader(OFFSET).map(HttpHeader::value).orElse("");
    if (!NUMBER.matcher(offset).matches()) {
      throw ApiException.badRequest(
          "the header " + OFFSET + " must be the number of bytes that have come before");
    }
    return completeWithFuture(
        transfer
            .receive(request, call.pathParam(HASH), Long.parseLong(offset))
            .thenApply(ModelFileRoutes::standing));
  }

  private static HttpResponse standing(UploadView upload) {
    return Responses.ok(upload).addHeader(RawHeader.create(OFFSET, Long.toString(upload.offset())));
  }

  private Route cancel(Endpoint.Call call) {
    String hash = call.pathParam(HASH);
    return completeWithFuture(
        transfer
            .ask(
                store -> {
                  store.uploads().cancel(hash);
                  return hash;
                })
            .thenApply(done -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT)));
  }
}
