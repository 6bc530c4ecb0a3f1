package demofusion.deploy.sharing;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.LogThrottle;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine shuts down, as systemd-logind knows it before anything is stopped. Meanwhile a lock
 * of logind's delays that: for as long as the worker takes to leave, and no longer than logind
 * allows (InhibitDelayMaxSec, 5 s by default).
 */
final class ShutdownNotice implements LeaveNotice {
  private static final Logger LOG = LoggerFactory.getLogger(ShutdownNotice.class);

  private final String busctl;
  private final LogThrottle gate = new LogThrottle();

  private ShutdownNotice(String busctl) {
    this.busctl = busctl;
  }

  /**
   * Takes the lock, until this process ends however it does.
   *
   * @param option in which it was named
   * @throws DemofusionException BAD_REQUEST if logind is not there
   */
  static ShutdownNotice on(Machine machine, String option) {
    ShutdownNotice notice = new ShutdownNotice(machine.busctl());
    try {
      notice.isComing();
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "%s shutdown asks systemd-logind, which does not answer on this machine (%s): leave it out; on SIGTERM a worker leaves in order anyway"
              .formatted(option, e.getMessage()));
    }
    delay(machine.inhibit());
    return notice;
  }

  private static void delay(String inhibit) {
    try {
      Process lock =
          new ProcessBuilder(
                  inhibit,
                  "--what=shutdown",
                  "--mode=delay",
                  "--who=demofusion",
                  "--why=A worker ends its view batch",
                  "cat") // ends with its input, which ends with this process
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      CompletableFuture<Void> unused =
          lock.onExit()
              .thenAccept(
                  ended -> LOG.warn("event=shutdown-not-delayed exit-code={}", ended.exitValue()));
    } catch (IOException e) {
      LOG.warn("event=shutdown-not-delayed reason=\"{}\"", e.getMessage());
    }
  }

  private boolean isComing() throws IOException {
    return CommandOutput.of(
            List.of(
                busctl,
                "get-property",
                "org.freedesktop.login1",
                "/org/freedesktop/login1",
                "org.freedesktop.login1.Manager",
                "PreparingForShutdown"),
            Machine.PATIENCE)
        .strip()
        .equals("b true");
  }

  @Override
  public Optional<String> given() {
    try {
      return isComing() ? Optional.of("systemd: this machine shuts down") : Optional.empty();
    } catch (IOException e) {
      gate.pass("leave-notice-unanswered", System.nanoTime())
          .ifPresent(
              leftOut ->
                  LOG.warn(
                      "event=leave-notice-unanswered of={} left-out={} reason=\"{}\"",
                      "systemd-logind",
                      leftOut,
                      e.getMessage()));
      return Optional.empty();
    }
  }
}
