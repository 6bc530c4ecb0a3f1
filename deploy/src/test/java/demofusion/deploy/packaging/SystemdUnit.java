package demofusion.deploy.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A unit as systemd reads it: names and values, specifiers put in. */
final class SystemdUnit {
  private final List<String> lines;
  private final String instance;

  private SystemdUnit(List<String> lines, String instance) {
    this.lines = lines;
    this.instance = instance;
  }

  /**
   * @param instance what stands behind the @ of its name; empty for a unit without
   */
  static SystemdUnit read(Path file, String instance) throws IOException {
    return new SystemdUnit(Files.readAllLines(file), instance);
  }

  /** All values of a name, in their order. */
  List<String> all(String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .map(value -> value.replace("%i", instance).replace("%H", "host"))
        .toList();
  }

  String one(String name) {
    List<String> values = all(name);
    if (values.size() != 1) {
      throw new AssertionError(name + " stands " + values.size() + " times in the unit");
    }
    return values.get(0);
  }

  /** The command line, the program's path first. */
  List<String> command() {
    return List.of(one("ExecStart").split(" +", -1));
  }

  /** What it sets in the environment by itself. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String line : all("Environment")) {
      for (String assignment : line.split(" +", -1)) {
        put(assignment, environment);
      }
    }
    return environment;
  }

  /** An environment file's assignments. */
  static Map<String, String> environmentFile(Path file) throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    List<String> assignments = new ArrayList<>(Files.readAllLines(file));
    assignments.removeIf(line -> line.isBlank() || line.startsWith("#"));
    assignments.forEach(line -> put(line, environment));
    return environment;
  }

  private static void put(String assignment, Map<String, String> environment) {
    int equals = assignment.indexOf('=');
    environment.put(assignment.substring(0, equals), assignment.substring(equals + 1));
  }
}
