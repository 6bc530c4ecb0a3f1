package demofusion.coordinator.http.compat.openai;

import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.protocol.api.JobView;
import demofusion.protocol.file.SafeFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Jobs' pictures in the format that somebody wants. What is no PNG is written once, lies beside the
 * job's own picture and goes with it.
 */
final class WrittenPictures {
  private static final int BUFFER = 1 << 16;

  private final FarmGateway farm;
  private final Executor files;
  private CompletionStage<Path> turn = CompletableFuture.completedFuture(Path.of(""));

  /**
   * @param files threads that may wait for a disk
   */
  WrittenPictures(FarmGateway farm, Executor files) {
    this.farm = farm;
    this.files = files;
  }

  static String name(String png, WrittenFormat format) {
    return png.replaceFirst("\\.png$", format.suffix());
  }

  /**
   * A picture as a file.
   *
   * @param png the job's own
   */
  CompletionStage<Path> of(JobView job, Path png, PictureEncoder encoder) {
    if (encoder.format() == WrittenFormat.PNG) {
      return CompletableFuture.completedFuture(png);
    }
    return inTurn(png, encoder).whenComplete((path, failure) -> farm.measure(job));
  }

  /**
   * One at a time: a format may need the whole picture in the heap. Whoever waits holds no thread.
   */
  private synchronized CompletionStage<Path> inTurn(Path png, PictureEncoder encoder) {
    turn =
        turn.handle((before, failure) -> png).thenApplyAsync(mine -> written(mine, encoder), files);
    return turn;
  }

  private static Path written(Path png, PictureEncoder encoder) {
    Path target = png.resolveSibling(name(png.getFileName().toString(), encoder.format()));
    if (!Files.exists(target)) {
      try (SafeFile.Draft draft = SafeFile.Draft.begin(target)) {
        OutputStream out =
            new BufferedOutputStream(Channels.newOutputStream(draft.channel()), BUFFER);
        encoder.convert(png, out);
        out.flush();
        draft.commit();
      } catch (IOException e) {
        throw SafeFile.failure(target + " could not be written", e);
      }
    }
    return target;
  }
}
