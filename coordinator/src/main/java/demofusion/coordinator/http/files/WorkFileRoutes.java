package demofusion.coordinator.http.files;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import demofusion.protocol.api.WorkerView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** The store as workers see it, whose tokens are good for nothing else. */
public final class WorkFileRoutes {
  private static final String FILES = "/v1/work/files";

  private final ModelTransfer transfer;
  private final FarmGateway farm;

  public WorkFileRoutes(ModelTransfer transfer, FarmGateway farm) {
    this.transfer = transfer;
    this.farm = farm;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(FILES, Role.WORK, this::list)
            .as(
                Operation.of("listWorkFiles", ModelFileRoutes.TAG, "The store, for workers.")
                    .answers(200, "The files.", StoredFileList.class)),
        Endpoint.get(FILES + "/{hash}", Role.WORK, this::download)
            .as(ModelFileRoutes.file("workFile", "A file of the store, for workers.")),
        Endpoint.get(FILES + "/{hash}/config", Role.WORK, this::config)
            .as(
                Operation.of(
                        "workConfig",
                        ModelFileRoutes.TAG,
                        "The configurations that are stored with a checkpoint.")
                    .answers(200, "The configurations.", StoredConfig.class)
                    .refuses(404)),
        Endpoint.get("/v1/work/checkpoint", Role.WORK, this::checkpoint)
            .as(
                Operation.of(
                        "wantedCheckpoint",
                        ModelFileRoutes.TAG,
                        "The checkpoint that a worker without a model is to load.")
                    .detail(
                        "The one that most jobs wait for and no worker has, else the one that was"
                            + " stored first.")
                    .answers(200, "The checkpoint.", StoredFile.class)
                    .refuses(404)));
  }

  private Route list(Endpoint.Call call) {
    return completeWithFuture(transfer.ask(ModelStore::list).thenApply(Responses::ok));
  }

  private Route download(Endpoint.Call call) {
    return completeWithFuture(transfer.send(call.request(), call.pathParam(ModelFileRoutes.HASH)));
  }

  private Route config(Endpoint.Call call) {
    String hash = call.pathParam(ModelFileRoutes.HASH);
    return completeWithFuture(transfer.ask(store -> store.config(hash)).thenApply(Responses::ok));
  }

  private Route checkpoint(Endpoint.Call call) {
    CompletionStage<StoredFile> wanted =
        transfer
            .ask(ModelStore::list)
            .thenCompose(
                stored ->
                    farm.list(Caller.LOCAL)
                        .thenCombine(
                            farm.workers(),
                            (jobs, workers) ->
                                WantedCheckpoint.of(stored.files(), jobs, names(workers.workers()))
                                    .orElseThrow(
                                        () ->
                                            ApiException.with(
                                                StatusCodes.NOT_FOUND,
                                                "the store has no checkpoint; demofusion models"
                                                    + " add stores one"))));
    return completeWithFuture(wanted.thenApply(Responses::ok));
  }

  private static Set<String> names(List<WorkerView> workers) {
    return workers.stream().map(WorkerView::model).collect(Collectors.toUnmodifiableSet());
  }
}
