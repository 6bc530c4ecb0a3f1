package demofusion.deploy.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A place in a YAML document, and ways from there. */
record Yaml(Object value) {
  static List<Yaml> documents(Path file) throws IOException {
    return documents(Files.readString(file));
  }

  static List<Yaml> documents(String text) {
    org.yaml.snakeyaml.Yaml reader =
        new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions()));
    List<Yaml> documents = new ArrayList<>();
    for (Object document : reader.loadAll(text)) {
      documents.add(new Yaml(document));
    }
    return documents;
  }

  /** What lies at a path of names and list indices, such as spec.containers.0.image. */
  Yaml at(String path) {
    Object place = value;
    for (String part : path.split("\\.", -1)) {
      String step = part.replace('~', '.'); // a dot that belongs to a name
      place =
          place instanceof List<?> list
              ? list.get(Integer.parseInt(step))
              : ((Map<?, ?>) place).get(step);
      Objects.requireNonNull(place, () -> "there is no " + path + " in " + value);
    }
    return new Yaml(place);
  }

  boolean has(String name) {
    return ((Map<?, ?>) value).containsKey(name);
  }

  List<Yaml> each() {
    return value instanceof List<?> list
        ? list.stream().map(one -> new Yaml(Objects.requireNonNull(one))).toList()
        : ((Map<?, ?>) value)
            .values().stream().map(one -> new Yaml(Objects.requireNonNull(one))).toList();
  }

  List<String> keys() {
    return ((Map<?, ?>) value).keySet().stream().map(String::valueOf).toList();
  }

  List<String> texts() {
    return each().stream().map(Yaml::text).toList();
  }

  String text() {
    return String.valueOf(value);
  }

  int number() {
    return ((Number) value).intValue();
  }
}
