package demofusion.deploy;

import demofusion.deploy.command.DemofusionCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * Writes every command's help as a text file, at build time. The launcher prints these without
 * starting Java; being made of the commands themselves they cannot go stale.
 */
public final class HelpPages {
  private HelpPages() {}

  /**
   * @param arguments the folder to write into
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    CommandLine demofusion = DemofusionCommand.commandLine();
    write(folder, "demofusion", demofusion);
    Files.writeString(
        folder.resolve("version.txt"),
        String.join("\n", demofusion.getCommandSpec().version()) + "\n");
  }

  private static void write(Path folder, String name, CommandLine command) throws IOException {
    Files.writeString(folder.resolve(name + ".txt"), command.getUsageMessage(Ansi.OFF));
    for (var subcommand : command.getSubcommands().entrySet()) {
      write(folder, name + "-" + subcommand.getKey(), subcommand.getValue());
    }
  }
}
