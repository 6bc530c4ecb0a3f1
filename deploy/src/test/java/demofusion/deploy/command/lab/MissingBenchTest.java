package demofusion.deploy.command.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MissingBenchTest {
  private final ByteArrayOutputStream words = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(words, true, StandardCharsets.UTF_8);
  private final Terminal terminal = new Terminal(stream, stream, 0, false);

  @Test
  void saysWhereBenchIs_whateverWasToBeMeasured() {
    CommandLine missing = CliConventions.apply(new CommandLine(new MissingBench()), terminal);

    int exitCode = missing.execute("unet", "--forwards", "3", "--view-batch=2");

    assertThat(exitCode).isEqualTo(CliConventions.REFUSED);
    assertThat(words.toString(StandardCharsets.UTF_8))
        .startsWith("demofusion: bench needs the jar")
        .containsOnlyOnce("\n");
  }

  @Test
  void givesWayToTheCommandThatMeasures_whereItsClassesAre() {
    assertThat(bench().getCommandSpec().userObject()).isInstanceOf(BenchCommand.class);
  }

  @Test
  void saysTheSameInTheListOfCommands() {
    CommandLine missing = new CommandLine(new MissingBench());

    assertThat(missing.getCommandSpec().usageMessage().description())
        .isEqualTo(bench().getCommandSpec().usageMessage().description());
  }

  private CommandLine bench() {
    return requireNonNull(DemofusionCommand.commandLine(terminal).getSubcommands().get("bench"));
  }
}
