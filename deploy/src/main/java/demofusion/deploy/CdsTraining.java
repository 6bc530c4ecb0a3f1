package demofusion.deploy;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.launch.UserHome;
import demofusion.deploy.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Goes through what the program does, for the launcher's archive of loaded classes: whatever is
 * loaded here is loaded from the archive later. It does its best: an archive of less is an archive.
 */
public final class CdsTraining {
  private CdsTraining() {}

  public static void main(String[] arguments) throws IOException {
    UserHome.announce();
    Path picture = Files.createTempDirectory("demofusion").resolve("rehearsal.png");
    run("doctor", "--json");
    run("jobs", "--coordinator", "http://127.0.0.1:1", "--patience", "0s"); // nobody is there
    run(
        "render",
        "a sun",
        "--size",
        "264x256",
        "--steps",
        "1",
        "--device",
        "cpu",
        "-o",
        picture.toString());
    Files.deleteIfExists(picture);
    Files.deleteIfExists(picture.resolveSibling("rehearsal.render"));
    Files.deleteIfExists(picture.getParent());
    System.exit(0);
  }

  private static void run(String... arguments) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    DemofusionCommand.commandLine(new Terminal(nowhere, nowhere, 80, true)).execute(arguments);
  }
}
