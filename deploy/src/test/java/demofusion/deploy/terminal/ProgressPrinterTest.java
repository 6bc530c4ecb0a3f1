package demofusion.deploy.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderProgress;
import demofusion.deploy.Plans;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RenderPlan PLAN = Plans.byDefault();
  private static final Phase FIRST = PLAN.phases().get(0);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now;

  @Test
  void drawsOverOneLineForEachPhase_onATerminal() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "xterm"), false);

    printer.show(step(1, 0));
    now += SECOND;
    printer.show(step(2, 2));
    printer.endPhase(FIRST, Duration.ofSeconds(3));
    printer.decode();
    printer.end();

    assertThat(words())
        .isEqualTo(
            "\rphase 1/2  256x256  step 1/50  tiles 1/1\u001b[K"
                + "\rphase 1/2  256x256  step 2/50  tiles 1/1  2.0 tiles/s  ETA 5:49\u001b[K"
                + "\rphase 1/2  256x256  50 steps in 3.0 s\u001b[K\n"
                + "\rdecoding 512x512\u001b[K\n");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void drawsNoFasterThanTheEyeSees_onATerminal() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "xterm"), false);

    for (int n = 1; n <= 50; n++) {
      now += SECOND / 100;
      printer.show(step(n, 0));
    }

    assertThat(words().split("\r", -1)).hasSizeLessThanOrEqualTo(7);
  }

  @Test
  void printsAPlainLineEveryFewSeconds_elsewhere() {
    ProgressPrinter printer = printer(0, Map.of(), false);

    for (int n = 1; n <= 20; n++) {
      now += SECOND / 2;
      printer.show(step(n, 2));
    }
    printer.endPhase(FIRST, Duration.ofSeconds(10));
    printer.decode();
    printer.end();

    assertThat(words())
        .isEqualTo(
            """
            phase 1/2  256x256  step 10/50  tiles 1/1  2.0 tiles/s  ETA 5:45
            phase 1/2  256x256  step 20/50  tiles 1/1  2.0 tiles/s  ETA 5:40
            phase 1/2  256x256  50 steps in 10 s
            """);
  }

  @Test
  void drawsNothingOver_onADumbTerminal() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "dumb"), false);

    now += 6 * SECOND;
    printer.show(step(1, 0));

    assertThat(words()).isNotEmpty().doesNotContain("\r", "\u001b");
  }

  @Test
  void saysNothing_whenQuiet() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "xterm"), true);

    now += 6 * SECOND;
    printer.show(step(1, 0));
    printer.say("a warning");
    printer.endPhase(FIRST, Duration.ofSeconds(10));
    printer.end();

    assertThat(words()).isEmpty();
  }

  @Test
  void putsAWarningOnALineOfItsOwn() {
    ProgressPrinter printer = printer(80, Map.of("TERM", "xterm"), false);

    printer.show(step(1, 0));
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
    ProgressPrinter printer = new ProgressPrinter(terminal, () -> now, quiet);
    printer.begin(PLAN);
    return printer;
  }

  private String words() {
    return err.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  /** One view is done at each timestep of the first phase; 700 make the picture. */
  private static RenderProgress step(int timestep, double tilesPerSecond) {
    return new RenderProgress(FIRST, timestep, 50, 1, 1, timestep, 700, tilesPerSecond);
  }
}
