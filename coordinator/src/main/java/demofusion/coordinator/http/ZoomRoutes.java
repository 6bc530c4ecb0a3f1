package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.image.TilePyramid;
import demofusion.coordinator.job.JobView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
final class ZoomRoutes {
  private static final Pattern LEVEL = Pattern.compile("\\d{1,2}");
  private static final Pattern TILE = Pattern.compile("(\\d{1,6})_(\\d{1,6})");

  /** How long an answer waits for a picture that is being cut: small ones take less. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** A finished picture never changes; but whoever signs in next must not see what was kept. */
  private static final List<HttpHeader> KEPT_BY_ONE =
      List.of(
          RawHeader.create("Cache-Control", "private, max-age=86400"),
          RawHeader.create("Vary", "Cookie, Authorization"));

  private final Farm farm;
  private final Zooms zooms;
  private final Executor files;

  ZoomRoutes(Farm farm, Zooms zooms, Executor files) {
    this.farm = farm;
    this.zooms = zooms;
    this.files = files;
  }

  /**
   * The JSON of a picture in tiles.
   *
   * @param levels numbers of the scales: 0 is the whole picture in one tile, the last all pixels
   */
  record Zoom(int width, int height, int tileSize, int levels) {
    static Zoom of(TilePyramid pyramid) {
      return new Zoom(
          pyramid.extent().width(),
          pyramid.extent().height(),
          pyramid.tileSide(),
          pyramid.levels());
    }
  }

  /** The JSON of a picture that is being cut. */
  record ZoomProgress(double fraction) {}

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}/zoom", Role.VIEW, this::zoom),
        Endpoint.get("/v1/jobs/{id}/zoom/{level}/{tile}", Role.VIEW, this::tile));
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
                                .map(there -> Answers.ok(Zoom.of(there)))
                                .orElseGet(() -> notYet(job, folder)))));
  }

  private HttpResponse notYet(JobView job, Path folder) {
    double fraction = zooms.of(job, folder).fraction();
    return Answers.json(StatusCodes.ACCEPTED, new ZoomProgress(fraction));
  }

  private Route tile(Endpoint.Call call) {
    Matcher tile = TILE.matcher(call.place(2));
    if (!LEVEL.matcher(call.place(1)).matches() || !tile.matches()) {
      throw noSuchTile();
    }
    int level = Integer.parseInt(call.place(1));
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
                            throw Refused.with(
                                StatusCodes.SERVICE_UNAVAILABLE,
                                "the picture is being cut into tiles; ask again in a while");
                          }
                          return jpeg(read(folder, level, column, row));
                        },
                        files)));
  }

  private static Refused noSuchTile() {
    return Refused.with(StatusCodes.NOT_FOUND, "the picture has no tile at this place");
  }

  private static byte[] read(Path folder, int level, int column, int row) {
    try {
      return TilePyramid.tile(folder.resolve(Zooms.FILE), level, column, row)
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
    return farm.find(call.caller(), call.place(0))
        .thenCompose(
            job -> {
              if (!job.hasImage() || !job.state().isOver()) {
                throw Refused.with(
                    StatusCodes.NOT_FOUND,
                    "there is no finished picture of job "
                        + job.id()
                        + ", which is "
                        + job.state());
              }
              return farm.locate(job).thenCompose(folder -> then.answer(job, folder));
            });
  }

  /** The picture's tiles; empty if they are not there within a while. */
  private CompletionStage<Optional<TilePyramid>> made(JobView job, Path folder) {
    return CompletableFuture.supplyAsync(() -> Zooms.there(folder), files)
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
