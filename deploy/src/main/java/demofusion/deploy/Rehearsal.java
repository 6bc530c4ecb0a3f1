package demofusion.deploy;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.terminal.Terminal;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Goes through what the program does, for the launcher's archive of loaded classes: whatever is
 * loaded here is loaded from the archive later. It does its best and never fails.
 */
public final class Rehearsal {
  private Rehearsal() {}

  public static void main(String[] arguments) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, 80, true);
    DemofusionCommand.commandLine(terminal).execute("doctor", "--json");
  }
}
