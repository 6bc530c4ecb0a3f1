package demofusion.deploy.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.terminal.Progress.Activity;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now;

  @Test
  void drawsOverOneLineForEachPhase_onATerminal() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "xterm"), false);

    printer.show(step(1, 1));
    now += SECOND;
    printer.show(step(1, 2));
    printer.show(step(2, 0));
    printer.end(true);

    assertThat(words())
        .isEqualTo(
            "\rphase 1/2  64x64  step 1/20  tiles 1/40\u001b[K"
                + "\rphase 1/2  64x64  step 2/20  tiles 2/40  2.0 tiles/s  ETA 0:19\u001b[K"
                + "\rphase 1/2  64x64  done in 1.0 s\u001b[K\n"
                + "phase 2/2  64x64  done in 0.0 s\n");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void printsAPlainLineEveryFewSeconds_elsewhere() {
    ProgressPrinter printer = printer(0, Map.of(), false);

    for (int n = 1; n <= 20; n++) {
      now += SECOND / 2;
      printer.show(step(1, n));
    }
    printer.end(true);

    assertThat(words())
        .isEqualTo(
            """
            phase 1/2  64x64  step 10/20  tiles 10/40  2.0 tiles/s  ETA 0:15
            phase 1/2  64x64  step 20/20  tiles 20/40  2.0 tiles/s  ETA 0:10
            phase 1/2  64x64  done in 10 s
            """);
  }

  @Test
  void drawsNothingOver_onADumbTerminal() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "dumb"), false);

    now += 6 * SECOND;
    printer.show(step(1, 1));

    assertThat(words()).doesNotContain("\r", "\u001b");
  }

  @Test
  void saysNothing_whenQuiet() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "xterm"), true);

    now += 6 * SECOND;
    printer.show(step(1, 1));
    printer.end(true);

    assertThat(words()).isEmpty();
  }

  @Test
  void putsAWarningOnALineOfItsOwn() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "xterm"), false);

    printer.show(step(1, 1));
    printer.say("the prompt is too long");

    assertThat(words()).endsWith("\u001b[K\ndemofusion: the prompt is too long\n");
  }

  private ProgressPrinter printer(int columns, Map<String, String> environment, boolean quiet) {
    Terminal terminal =
        Terminal.of(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            columns,
            environment);
    return new ProgressPrinter(terminal, () -> now, quiet);
  }

  private String words() {
    return err.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private static Progress step(int phase, int done) {
    return new Progress(
        phase,
        2,
        new PixelExtent(64, 64),
        Activity.DENOISING,
        done,
        20,
        (phase - 1) * 20L + done,
        40,
        0);
  }
}
