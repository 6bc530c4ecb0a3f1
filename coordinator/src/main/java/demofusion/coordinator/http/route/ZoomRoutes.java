package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.image.TilePyramid;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Finished pictures in tiles, for viewers that show a part of them at some scale. The first who
 * asks has the picture cut, unless that was done when it was finished; meanwhile the answer says
 * how far that is.
 */
public final class ZoomRoutes {
  private static final Pattern LEVEL = Pattern.compile("\\d{1,2}");
  private static final Pattern TILE = Pattern.compile("(\\d{1,6})_(\\d{1,6})");

  /** How long an answer waits for a picture that is being cut: small ones take less. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** A finished picture never changes; but whoever signs in next must not see what was kept. */
  private static final List<HttpHeader> KEPT_BY_ONE =
      List.of(
          RawHeader.create("Cache-Control", "private, max-age=86400"),
          RawHeader.create("Vary", "Cookie, Authorization"));

  private final FarmGateway farm;
  private final TilePyramids zooms;
  private final Executor files;

  public ZoomRoutes(FarmGateway farm, TilePyramids zooms, Executor files) {
    this.farm = farm;
    this.zooms = zooms;
    this.files = files;
  }

  /**
   * The JSON of a picture in tiles.
   *
   * @param levels numbers of the scales: 0 is the whole picture in one tile, the last all pixels
   */
  @Schema("A picture in tiles.")
  public record Zoom(
      int width,
      int height,
      @Schema("Side of a tile in pixels; those at the right and lower edges are smaller.")
          int tileSize,
      @Schema("How many scales there are.") int levels) {
    static Zoom of(TilePyramid pyramid) {
      return new Zoom(
          pyramid.extent().width(),
          pyramid.extent().height(),
          pyramid.tileSide(),
          pyramid.levels());
    }
  }

  /** The JSON of a picture that is being cut. */
  @Schema("A picture that is being cut into tiles.")
  public record ZoomProgress(@Schema(rules = "minimum: 0, maximum: 1") double fraction) {}

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}/zoom", Role.VIEW, this::zoom)
            .as(
                Operation.of("zoom", FileRoutes.TAG, "How the finished picture is cut into tiles.")
                    .detail(
                        "The first request starts the cutting, which takes seconds for a very large"
                            + " picture that was not cut when it was finished.")
                    .answers(200, "The tiles are ready.", Zoom.class)
                    .answers(202, "The tiles are being cut; ask again.", ZoomProgress.class)
                    .refuses(404, 502, 503)),
        Endpoint.get("/v1/jobs/{id}/zoom/{level}/{tile}", Role.VIEW, this::tile)
            .as(
                Operation.of("zoomTile", FileRoutes.TAG, "One tile of the finished picture.")
                    .detail("Compressed anew; for the picture's own bits there is /image.")
                    .answersWith(200, "The tile.", "image/jpeg")
                    .refuses(404, 502, 503)));
  }

  private Route zoom(Endpoint.Call call) {
    return completeWithFuture(
        inFolder(
            call,
            (job, folder) ->
                made(job, folder)
                    .thenApply(
                        pyramid ->
                            pyramid
                                .map(there -> Responses.ok(Zoom.of(there)))
                                .orElseGet(() -> notYet(job, folder)))));
  }

  private HttpResponse notYet(JobView job, Path folder) {
    double fraction = zooms.of(job, folder).fraction();
    return Responses.json(StatusCodes.ACCEPTED, new ZoomProgress(fraction));
  }

  private Route tile(Endpoint.Call call) {
    Matcher tile = TILE.matcher(call.pathParam("tile"));
    if (!LEVEL.matcher(call.pathParam("level")).matches() || !tile.matches()) {
      throw noSuchTile();
    }
    int level = Integer.parseInt(call.pathParam("level"));
    int column = Integer.parseInt(tile.group(1));
    int row = Integer.parseInt(tile.group(2));
    return completeWithFuture(
        inFolder(
            call,
            (job, folder) ->
                made(job, folder)
                    .thenApplyAsync(
                        pyramid -> {
                          if (pyramid.isEmpty()) {
                            throw ApiException.with(
                                StatusCodes.SERVICE_UNAVAILABLE,
                                "the zoom tiles are being made; retry later");
                          }
                          return jpeg(read(folder, level, column, row));
                        },
                        files)));
  }

  private static ApiException noSuchTile() {
    return ApiException.with(StatusCodes.NOT_FOUND, "the image has no zoom tile at this position");
  }

  private static byte[] read(Path folder, int level, int column, int row) {
    try {
      return TilePyramid.tile(folder.resolve(TilePyramids.FILE), level, column, row)
          .orElseThrow(ZoomRoutes::noSuchTile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse jpeg(byte[] tile) {
    return HttpResponse.create()
        .withHeaders(KEPT_BY_ONE)
        .withEntity(HttpEntities.create(MediaTypes.IMAGE_JPEG.toContentType(), tile));
  }

  private interface InFolder {
    CompletionStage<HttpResponse> answer(JobView job, Path folder);
  }

  private CompletionStage<HttpResponse> inFolder(Endpoint.Call call, InFolder then) {
    return farm.find(call.caller(), call.job())
        .thenCompose(
            job -> {
              if (!job.hasImage() || !job.state().isOver()) {
                throw ApiException.with(
                    StatusCodes.NOT_FOUND,
                    "no finished image of job " + job.id() + ", which is " + job.state());
              }
              return farm.file(job, TilePyramids.FILE)
                  .thenCompose(
                      tiles -> then.answer(job, Objects.requireNonNull(tiles.getParent())));
            });
  }

  /** The picture's tiles; empty if they are not there within a while. */
  private CompletionStage<Optional<TilePyramid>> made(JobView job, Path folder) {
    return CompletableFuture.supplyAsync(() -> TilePyramids.there(folder), files)
        .thenCompose(
            there ->
                there.isPresent()
                    ? CompletableFuture.completedFuture(there)
                    : zooms
                        .of(job, folder)
                        .done()
                        .thenApply(Optional::of)
                        .completeOnTimeout(
                            Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
  }
}
