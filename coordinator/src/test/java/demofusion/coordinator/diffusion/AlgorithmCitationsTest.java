package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Comments cite "spec section 2.1" or "spec sections 2 to 4", which docs/algorithm.md must have,
 * "modes section 5", which docs/modes.md must have, and "conditioning section 3", which
 * docs/conditioning.md must have.
 */
class AlgorithmCitationsTest {
  private static final Pattern HEADING = Pattern.compile("## (\\d+)\\. .*");
  private static final Pattern ITEM = Pattern.compile("(\\d+)\\. .*");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
  private static final Pattern LINE_OF_COMMENT = Pattern.compile("\\s*\\n\\s*(?:\\*|//)?\\s*");

  /** A document, how comments name it, and about how often they do. */
  private enum Document {
    ALGORITHM("algorithm.md", "spec", 30),
    MODES("modes.md", "modes", 20),
    CONDITIONING("conditioning.md", "conditioning", 5);

    private final Path path;
    private final Pattern citation;
    private final int leastCitations;

    Document(String file, String name, int leastCitations) {
      this.path = Path.of("docs", file);
      this.citation =
          Pattern.compile(
              "\\b" + name + ",? sections?((?: |, | and | to )\\d+(?:\\.\\d+)?)*",
              Pattern.CASE_INSENSITIVE);
      this.leastCitations = leastCitations;
    }
  }

  @ParameterizedTest
  @EnumSource
  void findSectionsThatThereAre(Document document) throws IOException {
    Set<String> sections = sections(document);
    List<String> dangling = new ArrayList<>();
    int found = 0;
    for (Path source : sources()) {
      Matcher citation = document.citation.matcher(oneLine(source));
      while (citation.find()) {
        found++;
        List<String> cited =
            NUMBER.matcher(citation.group()).results().map(n -> n.group()).toList();
        if (cited.isEmpty() || !sections.containsAll(cited)) {
          dangling.add(source + ": " + citation.group());
        }
      }
    }

    assertThat(dangling).isEmpty();
    assertThat(found).isGreaterThan(document.leastCitations);
  }

  @ParameterizedTest
  @EnumSource
  void theDocumentCitesItselfRightly(Document document) throws IOException {
    assertThat(cited(document, "(?<!D)§")).isNotEmpty().isSubsetOf(sections(document));
  }

  @Test
  void theModesCiteTheAlgorithmRightly() throws IOException {
    assertThat(cited(Document.MODES, "D§")).isNotEmpty().isSubsetOf(sections(Document.ALGORITHM));
  }

  private static List<String> cited(Document document, String mark) throws IOException {
    return Pattern.compile(mark + "(" + NUMBER + ")")
        .matcher(Files.readString(document.path))
        .results()
        .map(each -> each.group(1))
        .toList();
  }

  /** "2" for each heading "## 2. …", and "2.1" for the first item of a list under it. */
  private static Set<String> sections(Document document) throws IOException {
    Set<String> sections = new TreeSet<>();
    String section = "";
    for (String line : Files.readAllLines(document.path)) {
      Matcher heading = HEADING.matcher(line);
      Matcher item = ITEM.matcher(line);
      if (heading.matches()) {
        section = heading.group(1);
        sections.add(section);
      } else if (item.matches()) {
        sections.add(section + "." + item.group(1));
      }
    }
    return sections;
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("protocol", "coordinator", "worker", "deploy")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  /** Citations may go over the end of a line. */
  private static String oneLine(Path source) throws IOException {
    return LINE_OF_COMMENT.matcher(Files.readString(source)).replaceAll(" ");
  }
}
