package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ChildProcessTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path folder;
  private final List<String> said = new CopyOnWriteArrayList<>();

  @Test
  void killsWhoIsStopped_sinceItCannotHear() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux says who is stopped");
    ChildProcess child = child("exec sleep 600", LONG);
    CompletableFuture<Boolean> run = run(child);
    assertThat(new ProcessBuilder("kill", "-STOP", pid()).start().waitFor()).isZero();

    child.stop();

    assertThat(run.get(1, TimeUnit.MINUTES)).isFalse();
    assertThat(said).containsExactly("worker-1 is stopped and cannot end by itself; killing it");
  }

  @Test
  void doesNotStartAgain_whoEndedByTheSameCtrlC() throws Exception {
    ChildProcess child = child("exec sleep 600", LONG);
    CompletableFuture<Boolean> run = run(child);
    String pid = pid();

    child.letEnd();
    // SIGINT is ignored by whatever was started in the background
    assertThat(new ProcessBuilder("kill", "-TERM", pid).start().waitFor()).isZero();

    assertThat(run.get(1, TimeUnit.MINUTES)).isFalse();
    assertThat(said).isEmpty();
  }

  @Test
  void killsWhoDoesNotEndInTime() throws Exception {
    ChildProcess child = child("trap '' TERM; exec sleep 600", Duration.ofSeconds(1));
    CompletableFuture<Boolean> run = run(child);
    pid();

    child.stop();

    assertThat(run.get(1, TimeUnit.MINUTES)).isFalse();
    assertThat(said).containsExactly("worker-1 did not end within 1 s; killing it");
  }

  @Test
  void letsFinishWhoIsAtIt() throws Exception {
    Path finished = folder.resolve("finished");
    ChildProcess child =
        child(
            "trap 'sleep 5; touch " + finished + "; exit' TERM; while :; do sleep 0.1; done", LONG);
    CompletableFuture<Boolean> run = run(child);
    pid();

    child.stop();

    assertThat(run.get(1, TimeUnit.MINUTES)).isFalse();
    assertThat(finished).exists();
    assertThat(said).isEmpty();
  }

  private ChildProcess child(String script, Duration toFinish) {
    // The trap is there before the file is.
    String line =
        script.startsWith("trap")
            ? script.replaceFirst("TERM; ", "TERM; echo \\$\\$ > pid; ")
            : "echo $$ > pid; " + script;
    return new ChildProcess(
        "worker-1", List.of("sh", "-c", "cd " + folder + "; " + line), toFinish, said::add);
  }

  private static CompletableFuture<Boolean> run(ChildProcess child) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return child.run();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private String pid() throws Exception {
    Path file = folder.resolve("pid");
    while (!Files.exists(file) || Files.readString(file).isBlank()) {
      Thread.sleep(20);
    }
    return Files.readString(file).strip();
  }
}
