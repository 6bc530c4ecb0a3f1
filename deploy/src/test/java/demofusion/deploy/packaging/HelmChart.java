package demofusion.deploy.packaging;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart as Helm itself renders it, which comes as a library with the tests. */
public record HelmChart(String text, List<Yaml> resources) {
  static final Path FOLDER = Path.of("helm", "demofusion-cluster");
  static final String RELEASE = "demofusion";

  /**
   * @param folder an empty one, for a copy whose links are files
   * @param values YAML in place of some of the chart's
   * @throws IllegalStateException if Helm refuses it, with what it says
   */
  public static HelmChart rendered(Path folder, String values) throws IOException {
    Path chart = copied(folder);
    String text =
        new Helm(chart)
            .template()
            .withName(RELEASE)
            .withNamespace("farm")
            .withKubeVersion("1.32.0")
            .withValuesFile(Files.writeString(folder.resolve("values.yaml"), values))
            .call();
    List<Yaml> resources =
        Yaml.documents(text).stream().filter(each -> each.value() != null).toList();
    return new HelmChart(text, resources);
  }

  static LintResult lint(Path folder) throws IOException {
    return new Helm(copied(folder)).lint().strict().call();
  }

  /** The library leaves hooks out, so that the pod of helm test is made a plain one. */
  private static Path copied(Path folder) throws IOException {
    Path copy = folder.resolve(FOLDER.getFileName());
    try (Stream<Path> files = Files.walk(FOLDER, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(FOLDER.relativize(file).toString());
        Files.createDirectories(to.resolveSibling(""));
        Files.writeString(to, Files.readString(file).replace("helm.sh/hook: test", "hook: test"));
      }
    }
    return copy;
  }

  /** What KEDA asks Prometheus to know how many workers of the first kind are wanted. */
  public String scalingQuestion() {
    return one("ScaledObject").at("spec.triggers.0.metadata.query").text();
  }

  List<Yaml> all(String kind) {
    return resources.stream().filter(each -> each.at("kind").text().equals(kind)).toList();
  }

  Yaml one(String kind) {
    return all(kind).stream().findFirst().orElseThrow();
  }

  Yaml named(String kind, String name) {
    return all(kind).stream()
        .filter(each -> each.at("metadata.name").text().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
