package demofusion.deploy.farm;

import demofusion.deploy.ForeignProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk that is nearly full: a few megabytes of memory, mounted on a folder for one process and
 * those that it starts. Linux lets anybody do so in a namespace of his own, unless an administrator
 * forbids it.
 */
final class SmallDisk {
  private static final String FILLED =
      "mount -t tmpfs -o size=64m demofusion \"$0\""
          + " && head -c 62m /dev/zero > \"$0/ballast\" && exec \"$@\"";
  private static final List<String> AS_ROOT = List.of("unshare", "--mount");
  private static final List<String> AS_ANYBODY =
      List.of("unshare", "--user", "--map-root-user", "--mount");

  private final List<String> command;

  private SmallDisk(List<String> command) {
    this.command = command;
  }

  /**
   * @return empty where it cannot be had
   */
  static Optional<SmallDisk> at(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    for (List<String> way : List.of(AS_ANYBODY, AS_ROOT)) {
      List<String> command = new ArrayList<>(way);
      command.addAll(List.of("sh", "-c", FILLED, folder.toString()));
      if (runs(command)) {
        return Optional.of(new SmallDisk(command));
      }
    }
    return Optional.empty();
  }

  private static boolean runs(List<String> command) throws InterruptedException {
    List<String> arguments = new ArrayList<>(command.subList(1, command.size()));
    arguments.add("true");
    try {
      return new ForeignProgram(command.get(0)).run(arguments.toArray(String[]::new)).exitCode()
          == 0;
    } catch (IOException e) { // there is no such program
      return false;
    }
  }

  /** What stands before the command that shall have it, and becomes that command. */
  List<String> command() {
    return command;
  }
}
