package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.SchedulerKind;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A picture whose latents together are larger than the heap, the whole way to the PNG, by a process
 * of its own whose heap is a quarter of the 512 MiB that a picture of four times the pixels has
 * (run {@link Render} by hand for that: {@code 16384 UNIPC}) and what a process needs anyway.
 */
class LargePictureIT {
  private static final int MEBIBYTE = 1 << 20;
  private static final int HEAP = 192;

  @TempDir Path temporary;

  @Test
  void fitsIntoASmallHeap_withTheSolverThatRemembersMost() throws Exception {
    Path folder = temporary.resolve("job");
    Path words = temporary.resolve("words");

    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + HEAP + "m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Render.class.getName(),
                    "8192",
                    SchedulerKind.UNIPC.toString(),
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(words.toFile())
            .start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    process.destroyForcibly();

    assertThat(ended).as("ended: %s", read(words)).isTrue();
    assertThat(process.exitValue()).as(read(words)).isZero();
    assertThat(folder.resolve("image.png")).exists();
    assertThat(scratchFiles(folder)).isEmpty();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static List<String> scratchFiles(Path folder) {
    File[] files =
        folder.toFile().listFiles((parent, name) -> name.matches("\\.(scratch|image).*"));
    return files == null ? List.of() : List.of(files).stream().map(File::getName).toList();
  }

  /** The process: side, solver, folder. All phases of one timestep. */
  static final class Render {
    private Render() {}

    public static void main(String[] arguments) {
      int side = Integer.parseInt(arguments[0]);
      RenderSpec spec = spec(side, SchedulerKind.parse(arguments[1]));
      SyntheticModel model = new SyntheticModel(SyntheticSettings.of(new ModelGeometry(128, 4, 8)));
      ModelCard card = model.card();
      RenderPlan plan = RenderPlan.of(spec, card.geometry(), card.scheduler());
      System.out.println(plan.coordinatorBytes() / MEBIBYTE + " MiB of latents");
      RenderEvent last;
      try (SingleNode node = SingleNode.start(model)) {
        RenderRequest request = new RenderRequest(spec, ModelId.of(card), false, 0);
        last = node.render(new JobId("large"), Path.of(arguments[2]), request, event -> {}).join();
      }
      System.out.println(last);
      System.exit(last instanceof RenderEvent.Finished ? 0 : 1);
    }

    private static RenderSpec spec(int side, SchedulerKind scheduler) {
      RenderSpec defaults = RenderSpec.of("a lighthouse", 7);
      return defaults.toBuilder()
          .size(new PixelExtent(side, side))
          .steps(1)
          .scheduler(scheduler)
          .build();
    }
  }
}
