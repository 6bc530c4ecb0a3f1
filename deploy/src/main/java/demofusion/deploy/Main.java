package demofusion.deploy;

import demofusion.deploy.command.DemofusionCommand;

/**
 * The program: hands the words of the command line to the commands, and their code to the shell.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(DemofusionCommand.commandLine().execute(arguments));
  }
}
