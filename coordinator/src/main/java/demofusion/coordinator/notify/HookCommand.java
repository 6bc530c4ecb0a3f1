package demofusion.coordinator.notify;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the operator's command: its own arguments, then the job's id and folder, which are in the
 * environment too. No shell reads any of it. What it prints goes to {@code hook.log} in the job's
 * folder.
 */
public final class HookCommand {
  private static final String LOG = "hook.log";

  private final List<String> command;
  private final Duration timeout;

  public HookCommand(List<String> command, Duration timeout) {
    this.command = List.copyOf(command);
    this.timeout = timeout;
  }

  /**
   * Starts the command, which takes a moment; then waits on no thread.
   *
   * @param state of the job, in words
   * @return fails with an IOException in one sentence if it did not end well, or in time
   */
  public CompletableFuture<Void> run(String job, Path folder, String state) {
    List<String> line = new ArrayList<>(command);
    line.add(job);
    line.add(folder.toString());
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(LOG).toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "DEMOFUSION_JOB", job,
                "DEMOFUSION_FOLDER", folder.toString(),
                "DEMOFUSION_STATE", state));
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close(); // it has nothing to read
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return process
        .onExit()
        .thenApply(Process::exitValue)
        .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(exit -> ended(process, exit));
  }

  private CompletableFuture<Void> ended(Process process, @Nullable Integer exit) {
    if (exit == null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return CompletableFuture.failedFuture(
          new IOException("it was stopped after " + timeout.toSeconds() + " s"));
    }
    return exit == 0
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(new IOException("it ended with " + exit));
  }
}
