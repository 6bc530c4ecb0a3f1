package demofusion.deploy;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.launch.UserHome;

/**
 * The program: hands the words of the command line to the commands, and their code to the shell.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    UserHome.announce();
    Logging.configure(System.getenv("DEMOFUSION_LOG"));
    System.exit(DemofusionCommand.execute(arguments));
  }
}
