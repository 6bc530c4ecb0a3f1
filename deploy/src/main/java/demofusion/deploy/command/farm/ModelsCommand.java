package demofusion.deploy.command.farm;

import demofusion.deploy.terminal.TerminalCommand;
import picocli.CommandLine.Command;

/** {@code demofusion models}: the models that the farm has. */
@Command(
    name = "models",
    description = "Show the farm's models and change what is recommended for them.%n",
    subcommands = {ModelsShowCommand.class, ModelsSetCommand.class},
    footer = {
      "%nExamples:",
      "  demofusion models show",
      "  demofusion models set sdxl-turbo steps=4 guidanceScale=1 scheduler=euler-ancestral-trailing"
    })
public final class ModelsCommand extends TerminalCommand {}
