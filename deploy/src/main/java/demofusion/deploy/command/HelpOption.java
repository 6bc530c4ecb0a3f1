package demofusion.deploy.command;

import picocli.CommandLine.Option;

/** {@code --help}, of every command. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "This help.")
  boolean asked;
}
