package demofusion.deploy.command.farm;

import demofusion.deploy.client.FakeFarm;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A command of a farm's clients, run against a farm that says what a test wants. */
final class CommandOnFarm implements AfterEachCallback {
  private final String command;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final FakeFarm farm = FakeFarm.start();

  /**
   * @param command its name, {@code usage} for example
   */
  CommandOnFarm(String command) {
    this.command = command;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    farm.close();
  }

  /** Returns its exit code. */
  int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--coordinator", farm.url()));
    return DemofusionCommand.commandLine(
            new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                0,
                false,
                0))
        .execute(all.toArray(String[]::new));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
