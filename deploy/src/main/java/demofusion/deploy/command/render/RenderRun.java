package demofusion.deploy.command.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.command.option.OutputOptions;
import demofusion.deploy.command.output.RenderOutputs;
import demofusion.deploy.launch.Interruption;
import demofusion.deploy.node.SingleNode;
import demofusion.deploy.terminal.Durations;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.ProgressPrinter;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One picture on its way through the node: shows what happens, and puts the files in place. */
final class RenderRun {
  private static final int PATIENCE_SECONDS = 2;
  private static final int PUBLISHING_SECONDS = 60;

  private final SingleNode node;
  private final Terminal terminal;
  private final RenderOutputs outputs;
  private final OutputOptions options;
  private final ProgressPrinter progress;
  private final List<String> previews = new ArrayList<>();
  private final JobId job = new JobId("picture");
  private final CompletableFuture<RenderEvent.Last> ended = new CompletableFuture<>();
  private final Display display = new Display();
  private final CountDownLatch settled = new CountDownLatch(1);
  private volatile @Nullable RenderPlan plan;

  RenderRun(SingleNode node, Terminal terminal, RenderOutputs outputs, OutputOptions options) {
    this.node = node;
    this.terminal = terminal;
    this.outputs = outputs;
    this.options = options;
    this.progress = new ProgressPrinter(terminal, System::nanoTime, options.quiet);
  }

  /** Renders a new picture and reports it. */
  void render(ResumeNote note, RenderRequest request) {
    await(
        () -> {
          note.write(outputs.folder());
          return node.render(job, outputs.folder(), request, event -> event.accept(display));
        });
  }

  /** Resumes a stopped one. */
  void resume() {
    await(() -> node.resume(job, outputs.folder(), event -> event.accept(display)));
  }

  private void await(Supplier<CompletableFuture<RenderEvent.Last>> begin) {
    try (Interruption interruption = new Interruption(this::stop)) {
      settle(begin, interruption);
    }
  }

  private void settle(
      Supplier<CompletableFuture<RenderEvent.Last>> begin, Interruption interruption) {
    try {
      RenderEvent.Last last = begin.get().join();
      ended.complete(last);
      RenderEvent.Finished finished = last.picture();
      progress.end();
      finish(finished);
    } catch (DemofusionException e) {
      if (e.code() == FailureCode.CANCELLED) {
        interruption.awaitEndOfProcess();
      }
      throw failure(e);
    } catch (CompletionException e) {
      throw e.getCause() instanceof DemofusionException known ? failure(known) : e;
    } finally {
      progress.end();
      settled.countDown();
    }
  }

  /** Told to end: what was done stays in the job's folder, if it is worth anything. */
  private void stop() {
    node.cancel(job);
    try {
      RenderEvent.Last last = ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (last.hasPicture() && settled.await(PUBLISHING_SECONDS, TimeUnit.SECONDS)) {
        return; // too late to stop it: the files are in their places
      }
      CompletableFuture.runAsync(node::close).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      progress.say("stopping after the current forward pass");
    }
    progress.end();
    node.close();
    if (outputs.canBeResumed()) {
      terminal.say(
          "stopped; to continue: demofusion render --resume "
              + quoted(outputs.folder().toString()));
    } else {
      outputs.discard();
      terminal.say("stopped before the first step was finished");
    }
  }

  private static String quoted(String path) {
    return path.matches("[\\w/.,:@%+=-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  private DemofusionException failure(DemofusionException failed) {
    if (!outputs.canBeResumed()) {
      outputs.discard();
      return failed;
    }
    return new DemofusionException(
        failed.code(),
        failed.userMessage()
            + "; finished work is kept, to continue: demofusion render --resume "
            + quoted(outputs.folder().toString()));
  }

  private void finish(RenderEvent.Finished finished) {
    RenderPlan done = Objects.requireNonNull(plan);
    outputs.publish(finished.image(), done.phases());
    long seed = finished.report().seed();
    double seconds = finished.report().seconds();
    if (!options.quiet) {
      terminal.say(
          "%s: %s, seed %s, in %s"
              .formatted(outputs.picture(), done.size(), seed, Durations.words(seconds)));
    }
    terminal.out().println(options.json ? Json.line(result(finished)) : outputs.picture());
  }

  private Map<String, Object> result(RenderEvent.Finished finished) {
    RenderPlan done = Objects.requireNonNull(plan);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("picture", outputs.picture().toString());
    result.put("prompt", done.spec().prompts().prompt());
    result.put("seed", finished.report().seed());
    result.put("width", done.size().width());
    result.put("height", done.size().height());
    result.put("seconds", finished.report().seconds());
    result.put("model", finished.report().model());
    result.put("modelHash", finished.report().modelHash());
    result.put("scheduler", finished.report().scheduler());
    result.put("unit", finished.report().unit());
    result.put("forwards", finished.report().forwards());
    result.put("previews", previews);
    if (outputs.latents() != null) {
      result.put("latents", outputs.latents().toString());
    }
    return result;
  }

  /** What is shown while it is drawn. */
  private final class Display implements RenderEvent.Visitor {
    @Override
    public void accepted(RenderEvent.Accepted accepted) {}

    @Override
    public void planned(RenderEvent.Planned planned) {
      plan = planned.plan();
      progress.begin(planned.plan());
      if (planned.timestepsDone() > 0) {
        progress.say(
            "resuming after " + planned.timestepsDone() + " of " + planned.timesteps() + " steps");
      }
    }

    @Override
    public void warning(RenderEvent.Warning warning) {
      progress.say(warning.sentence());
    }

    @Override
    public void progressed(RenderEvent.Progressed progressed) {
      progress.show(progressed.progress());
    }

    @Override
    public void timestepDone(RenderEvent.TimestepDone done) {}

    @Override
    public void checkpointWritten(RenderEvent.CheckpointWritten written) {}

    @Override
    public void phaseDone(RenderEvent.PhaseDone done) {
      progress.endPhase(done.phase(), done.time());
      RenderPlan known = plan;
      if (known != null && done.phase().equals(known.lastPhase())) {
        progress.decode();
      }
    }

    @Override
    public void barrierPassed(RenderEvent.BarrierPassed passed) {}

    @Override
    public void previewWritten(RenderEvent.PreviewWritten written) {
      previews.add(outputs.publishPreview(written.phase().number(), written.file()).toString());
    }

    @Override
    public void finished(RenderEvent.Finished finished) {}

    @Override
    public void failed(RenderEvent.Failed failed) {}
  }
}
