package demofusion.deploy.compare;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Draws pictures one after the other, each alone, so that what it takes can be compared. */
public final class Painter implements PicturePainter {
  private final SingleNode node;
  private final ModelId model;
  private final ModelSettings settings;
  private final UnaryOperator<RenderSpec> named;
  private final Function<RenderPlan, @Nullable Long> memory;
  private final Path scratch;
  private final AtomicInteger drawn = new AtomicInteger();

  /**
   * @param settings what the model recommends, for what pictures do not say
   * @param named finds the files that pictures name beside the model
   * @param memory that a device needs for a picture, in bytes; null: not known
   * @param scratch a folder for jobs, which whoever made it removes
   */
  public Painter(
      SingleNode node,
      ModelId model,
      ModelSettings settings,
      UnaryOperator<RenderSpec> named,
      Function<RenderPlan, @Nullable Long> memory,
      Path scratch) {
    this.node = node;
    this.model = model;
    this.settings = settings;
    this.named = named;
    this.memory = memory;
    this.scratch = scratch;
  }

  /** With a model that recommends nothing. */
  Painter(SingleNode node, ModelId model, Path scratch) {
    this(node, model, ModelSettings.NONE, UnaryOperator.identity(), plan -> null, scratch);
  }

  @Override
  public String model() {
    return model.name();
  }

  @Override
  public String modelHash() {
    return model.hash();
  }

  @Override
  public @Nullable Long deviceBytes(RenderPlan plan) {
    return memory.apply(plan);
  }

  @Override
  public Painting draw(RenderSpec spec) {
    AtomicReference<@Nullable RenderPlan> plan = new AtomicReference<>();
    RenderEvent.Finished finished =
        run(
                spec,
                false,
                new RenderEvent.Ignoring() {
                  @Override
                  public void planned(RenderEvent.Planned planned) {
                    plan.set(planned.plan());
                  }
                })
            .picture();
    return painting(finished, known(plan));
  }

  private static Painting painting(RenderEvent.Finished finished, RenderPlan plan) {
    return new Painting(
        finished.image(),
        plan,
        finished.report().seconds(),
        finished.report().forwards(),
        finished.report().deviceSeconds());
  }

  @Override
  public Painting drawFirstPhase(RenderSpec spec) {
    AtomicReference<@Nullable RenderPlan> plan = new AtomicReference<>();
    AtomicReference<@Nullable Path> preview = new AtomicReference<>();
    long began = System.nanoTime();
    AtomicLong nanos = new AtomicLong();
    RenderEvent.Last last =
        run(
            spec,
            true,
            new RenderEvent.Ignoring() {
              @Override
              public void planned(RenderEvent.Planned planned) {
                plan.set(planned.plan());
              }

              @Override
              public void previewWritten(RenderEvent.PreviewWritten written) {
                if (written.phase().number() == 1) {
                  preview.set(written.file());
                  nanos.set(System.nanoTime() - began);
                  node.cancel(written.job());
                }
              }
            });
    Path file = preview.get();
    if (file == null) {
      return painting(last.picture(), known(plan)); // it has no other phase
    }
    var first = known(plan).phases().get(0);
    double seconds = nanos.get() / 1e9;
    return new Painting(file, known(plan), seconds, known(plan).forwards(first), seconds);
  }

  private RenderEvent.Last run(RenderSpec spec, boolean previews, RenderEvent.Visitor listener) {
    Path folder = scratch.resolve("picture-" + drawn.incrementAndGet());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be created", e);
    }
    try {
      JobId job = new JobId(folder.getFileName().toString());
      RenderSpec whole = named.apply(RecommendedSettings.fill(spec, settings).withStandards());
      RenderRequest request = new RenderRequest(whole, model, previews, 0);
      return node.render(job, folder, request, event -> event.accept(listener)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DemofusionException known ? known : e;
    }
  }

  private static RenderPlan known(AtomicReference<@Nullable RenderPlan> plan) {
    RenderPlan known = plan.get();
    if (known == null) {
      throw new IllegalStateException("an image was rendered without a plan");
    }
    return known;
  }
}
