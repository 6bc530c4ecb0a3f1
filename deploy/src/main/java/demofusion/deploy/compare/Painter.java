package demofusion.deploy.compare;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.coordinator.store.RenderRequest.ModelName;
import demofusion.coordinator.store.SafeFile;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.RenderSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Draws pictures one after the other, each alone, so that what it takes can be compared. */
public final class Painter {
  private final SingleNode node;
  private final ModelName model;
  private final Path scratch;
  private final AtomicInteger drawn = new AtomicInteger();

  /**
   * @param scratch a folder for jobs, which whoever made it removes
   */
  public Painter(SingleNode node, ModelName model, Path scratch) {
    this.node = node;
    this.model = model;
    this.scratch = scratch;
  }

  /**
   * A picture that was drawn.
   *
   * @param file in the scratch folder
   * @param seconds with decoding
   */
  record Painting(Path file, RenderPlan plan, double seconds, long forwards) {}

  ModelName model() {
    return model;
  }

  /** The whole picture. */
  Painting draw(RenderSpec spec) {
    AtomicReference<@Nullable RenderPlan> plan = new AtomicReference<>();
    RenderEvent last =
        run(
            spec,
            false,
            event -> {
              if (event instanceof RenderEvent.Planned planned) {
                plan.set(planned.plan());
              }
            });
    if (last instanceof RenderEvent.Finished finished) {
      return new Painting(
          finished.image(), known(plan), finished.report().seconds(), finished.report().forwards());
    }
    throw failure(last);
  }

  /** Only what the first phase draws, at the model's native size. */
  Painting drawFirstPhase(RenderSpec spec) {
    AtomicReference<@Nullable RenderPlan> plan = new AtomicReference<>();
    AtomicReference<@Nullable Path> preview = new AtomicReference<>();
    long began = System.nanoTime();
    AtomicLong nanos = new AtomicLong();
    RenderEvent last =
        run(
            spec,
            true,
            event -> {
              if (event instanceof RenderEvent.Planned planned) {
                plan.set(planned.plan());
              } else if (event instanceof RenderEvent.PreviewWritten written
                  && written.phase().number() == 1) {
                preview.set(written.file());
                nanos.set(System.nanoTime() - began);
                node.cancel(event.job());
              }
            });
    Path file = preview.get();
    if (file == null) {
      if (last instanceof RenderEvent.Finished finished) { // it has no other phase
        return new Painting(
            finished.image(),
            known(plan),
            finished.report().seconds(),
            finished.report().forwards());
      }
      throw failure(last);
    }
    var first = known(plan).phases().get(0);
    long forwards = (long) known(plan).timesteps(first) * known(plan).batches(first);
    return new Painting(file, known(plan), nanos.get() / 1e9, forwards);
  }

  private interface Listener {
    void hear(RenderEvent event);
  }

  private RenderEvent run(RenderSpec spec, boolean previews, Listener listener) {
    Path folder = scratch.resolve("picture-" + drawn.incrementAndGet());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be created", e);
    }
    try {
      JobId job = new JobId(folder.getFileName().toString());
      RenderRequest request = new RenderRequest(spec, model, previews, 0);
      return node.render(job, folder, request, listener::hear).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DemofusionException known ? known : e;
    }
  }

  private static RenderPlan known(AtomicReference<@Nullable RenderPlan> plan) {
    RenderPlan known = plan.get();
    if (known == null) {
      throw new IllegalStateException("a picture was drawn without a plan");
    }
    return known;
  }

  private static DemofusionException failure(RenderEvent last) {
    return last instanceof RenderEvent.Failed failed
        ? new DemofusionException(failed.code(), failed.sentence())
        : new DemofusionException(FailureCode.INTERNAL, "the picture ended with " + last);
  }
}
