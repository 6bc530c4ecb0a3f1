package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import demofusion.deploy.command.farm.SubmitCommand;
import demofusion.deploy.command.render.RenderCommand;
import demofusion.deploy.terminal.Terminal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that belong to one that may be given again: whatever may be said of the first may be said
 * of the second. (picocli makes the first one's lists, and adds to those that the others begin
 * with.)
 */
class RepeatableGroupsTest {
  private static final Terminal TERMINAL = terminal();

  @ParameterizedTest
  @ValueSource(classes = {RenderCommand.class, SubmitCommand.class})
  void takeEveryOptionAgain(Class<?> command) {
    List<ArgGroupSpec> groups = new ArrayList<>();
    collect(line(command).getCommandSpec().argGroups(), groups);

    assertThat(groups).hasSizeGreaterThanOrEqualTo(3); // ControlNets, regions, IP-Adapters
    for (ArgGroupSpec group : groups) {
      String first = first(group);
      for (OptionSpec option : group.options()) {
        List<String> one = new ArrayList<>(List.of(first, "name"));
        if (!option.longestName().equals(first)) {
          one.addAll(List.of(option.longestName(), "1"));
        }
        List<String> three = new ArrayList<>(one);
        three.addAll(one);
        three.addAll(one);
        assertThatCode(() -> line(command).parseArgs(three.toArray(String[]::new)))
            .as(String.join(" ", three))
            .doesNotThrowAnyException();
      }
    }
  }

  private static void collect(List<ArgGroupSpec> from, List<ArgGroupSpec> repeatable) {
    for (ArgGroupSpec group : from) {
      if (group.multiplicity().max() > 1) {
        repeatable.add(group);
      }
      collect(group.subgroups(), repeatable);
    }
  }

  private static String first(ArgGroupSpec group) {
    return group.options().stream()
        .filter(OptionSpec::required)
        .findFirst()
        .orElseThrow()
        .longestName();
  }

  private static CommandLine line(Class<?> command) {
    return CliConventions.reading(new CommandLine(command, new CommandFactory(TERMINAL)));
  }

  private static Terminal terminal() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Terminal(nowhere, nowhere, 0, false);
  }
}
