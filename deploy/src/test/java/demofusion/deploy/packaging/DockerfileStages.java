package demofusion.deploy.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A Dockerfile's stages, each with the instructions of those it is built on. */
final class DockerfileStages {
  private final Map<String, List<String>> stages = new LinkedHashMap<>();

  static DockerfileStages read(Path file) throws IOException {
    DockerfileStages read = new DockerfileStages();
    String text = Files.readString(file).replaceAll("(?m)^\\s*#.*\\R", "");
    List<String> current = new ArrayList<>();
    for (String line : text.replaceAll("\\\\\\R\\s*", "").split("\\R", -1)) {
      if (line.startsWith("FROM ")) {
        String[] words = line.split(" +", -1);
        current = new ArrayList<>(read.stages.getOrDefault(words[1], List.of()));
        read.stages.put(words[3], current);
      }
      current.add(line);
    }
    return read;
  }

  /** What stands behind an instruction, the last one that counts last. */
  List<String> all(String stage, String instruction) {
    return Objects.requireNonNull(stages.get(stage), stage).stream()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> line.substring(instruction.length() + 1).strip())
        .toList();
  }

  String last(String stage, String instruction) {
    List<String> all = all(stage, instruction);
    if (all.isEmpty()) {
      throw new AssertionError(stage + " has no " + instruction);
    }
    return all.get(all.size() - 1);
  }

  /** The words of an instruction in its JSON form. */
  List<String> words(String stage, String instruction) {
    String json = last(stage, instruction);
    return List.of(json.substring(json.indexOf('[') + 1, json.indexOf(']')).split(", *", -1))
        .stream()
        .map(word -> word.replace("\"", ""))
        .toList();
  }
}
