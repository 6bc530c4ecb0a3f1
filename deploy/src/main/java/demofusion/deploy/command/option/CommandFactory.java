package demofusion.deploy.command.option;

import demofusion.deploy.terminal.Terminal;
import demofusion.deploy.terminal.TerminalCommand;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes commands, and gives each the terminal; options and converters as picocli does. */
public record CommandFactory(Terminal terminal) implements IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    K made = CommandLine.defaultFactory().create(type);
    if (made instanceof TerminalCommand command) {
      command.setTerminal(terminal);
    }
    return made;
  }
}
