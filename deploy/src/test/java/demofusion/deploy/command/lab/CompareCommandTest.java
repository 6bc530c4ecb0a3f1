package demofusion.deploy.command.lab;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.GoldenData;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before a model is loaded. */
class CompareCommandTest {
  private static final String MINIATURE = "models/miniature"; // 256 pixels
  private static final String TINY = GoldenData.tinySdxl().toString(); // 128 pixels

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String refusal(String... options) {
    List<String> line = new ArrayList<>(List.of("compare", "a fox", "--output", "target/none"));
    line.addAll(List.of(options));
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code =
        DemofusionCommand.commandLine(new Terminal(stream, stream, 0, false))
            .execute(line.toArray(String[]::new));
    String said = out.toString(StandardCharsets.UTF_8);
    assertThat(code).as(said).isEqualTo(CliConventions.REFUSED);
    return said;
  }

  @Test
  void refusesModelsThatDrawDifferentSizes_unlessOneIsGiven() {
    assertThat(refusal("--models", MINIATURE + "," + TINY))
        .contains(
            "the models draw images of different sizes (miniature 512x512, tiny-sdxl 256x256):"
                + " choose one for all of them with --size");
  }

  @Test
  void saysWhichModelCannotDrawIt() {
    assertThat(refusal("--models", MINIATURE + "," + TINY, "--size", "512x512", "--stride", "20"))
        .contains("model tiny-sdxl: stride 20 must be between 1 and the model's tile size, 16");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--models a,b --model c | --model and --models exclude each other",
        "--models models/miniature,nothing-here | nothing-here",
        "--models models/miniature --methods magic | method \"magic\" must be one of",
      })
  void refusesWhatMakesNoSense(String options, String sentence) {
    assertThat(refusal(options.split(" ", -1))).contains(sentence);
  }
}
