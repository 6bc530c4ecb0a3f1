package demofusion.coordinator.http.route;

import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.image.PngRows;
import demofusion.coordinator.image.TilePyramid;
import demofusion.coordinator.image.TilePyramidWriter;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobView;
import demofusion.protocol.file.SafeFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts finished pictures into tiles, each once, one picture at a time: that bounds the heap that it
 * takes. What was cut lies beside the picture and goes with it.
 */
public final class TilePyramids {
  static final String FILE = "image.zoom";

  private static final Logger LOG = LoggerFactory.getLogger(TilePyramids.class);
  private static final int MOST_WAITING = 1000;
  private static final long LARGE_PIXELS = 4_000_000;
  private static final int BUFFER = 1 << 20;

  /**
   * A picture that is being cut, or waits for that.
   *
   * @param done when it is; failed if it cannot be
   */
  record Making(CompletableFuture<TilePyramid> done, AtomicInteger permille) {
    double fraction() {
      return permille.get() / 1000.0;
    }
  }

  private final Executor files;
  private final Function<JobView, CompletionStage<Path>> pictures;
  private final Consumer<JobView> whenMade;
  private final Map<JobId, Making> making = new ConcurrentHashMap<>();
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  /**
   * @param files threads that may wait for a disk; one of them at a time is taken
   * @param pictures where a job's picture is, when it is here
   * @param whenMade is told of every image whose folder has grown
   */
  public TilePyramids(
      Executor files,
      Function<JobView, CompletionStage<Path>> pictures,
      Consumer<JobView> whenMade) {
    this.files = files;
    this.pictures = pictures;
    this.whenMade = whenMade;
  }

  /**
   * The tiles of a finished picture; begins to make them if nobody has.
   *
   * @param folder the job's
   */
  synchronized Making of(JobView job, Path folder) {
    Making known = making.get(job.id());
    if (known != null) {
      return known;
    }
    if (making.size() >= MOST_WAITING) {
      throw ApiException.with(
          StatusCodes.SERVICE_UNAVAILABLE,
          making.size() + " images are waiting for their zoom tiles; retry later");
    }
    AtomicInteger permille = new AtomicInteger();
    CompletionStage<Path> picture = pictures.apply(job); // comes while others are being cut
    CompletableFuture<TilePyramid> done =
        last.handle((before, failure) -> before)
            .thenCompose(before -> picture)
            .thenApplyAsync(file -> make(file, folder.resolve(FILE), permille), files)
            .whenComplete((pyramid, failure) -> made(job, failure));
    Making begun = new Making(done, permille);
    making.put(job.id(), begun);
    last = done;
    return begun;
  }

  private synchronized void made(JobView job, @Nullable Throwable failure) {
    making.remove(job.id());
    if (failure == null) {
      whenMade.accept(job);
    } else {
      LOG.warn("event=zoom-failed job={}", job.id(), failure);
    }
  }

  /** Makes an image's zoom tiles ahead, so that its first viewer need not wait. */
  public void ahead(JobView job, FarmGateway farm) {
    if ((long) job.width() * job.height() >= LARGE_PIXELS) {
      farm.locate(job)
          .thenAccept(folder -> of(job, folder))
          .exceptionally(
              failure -> {
                LOG.warn("event=zoom-failed job={}", job.id(), failure);
                return null;
              });
    }
  }

  /** What was made before; an earlier version's file is none. */
  static Optional<TilePyramid> there(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return Files.exists(file) ? Optional.of(TilePyramid.read(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static TilePyramid make(Path picture, Path target, AtomicInteger permille) {
    Path folder = Objects.requireNonNull(target.getParent());
    Optional<TilePyramid> known = there(folder);
    if (known.isPresent()) {
      return known.get(); // by somebody else, a moment ago
    }
    try (PngRows rows = PngRows.open(picture);
        SafeFile.Draft draft = SafeFile.Draft.begin(target)) {
      OutputStream out =
          new BufferedOutputStream(Channels.newOutputStream(draft.channel()), BUFFER);
      TilePyramidWriter.write(rows, out, share -> permille.set((int) (1000 * share)));
      if (!Files.exists(folder)) {
        throw new IOException("the image was removed in the meantime");
      }
      draft.commit();
      return TilePyramid.read(target);
    } catch (IOException e) {
      throw SafeFile.failure(target + " could not be written", e);
    }
  }
}
