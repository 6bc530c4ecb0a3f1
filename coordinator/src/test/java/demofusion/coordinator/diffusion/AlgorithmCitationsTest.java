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

/**
 * Comments cite "spec section 2.1" or "spec sections 2 to 4": docs/algorithm.md must have those.
 */
class AlgorithmCitationsTest {
  private static final Path DOCUMENT = Path.of("docs", "algorithm.md");
  private static final Pattern HEADING = Pattern.compile("## (\\d+)\\. .*");
  private static final Pattern ITEM = Pattern.compile("(\\d+)\\. .*");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
  private static final Pattern LINE_OF_COMMENT = Pattern.compile("\\s*\\n\\s*(?:\\*|//)?\\s*");
  private static final Pattern CITATION =
      Pattern.compile(
          "\\bspec,? sections?((?: |, | and | to )\\d+(?:\\.\\d+)?)*", Pattern.CASE_INSENSITIVE);

  @Test
  void findSectionsThatThereAre() throws IOException {
    Set<String> sections = sections();
    List<String> dangling = new ArrayList<>();
    int found = 0;
    for (Path source : sources()) {
      Matcher citation = CITATION.matcher(oneLine(source));
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
    assertThat(found).isGreaterThan(30);
  }

  @Test
  void theDocumentCitesItselfRightly() throws IOException {
    Matcher own = Pattern.compile("§(" + NUMBER + ")").matcher(Files.readString(DOCUMENT));

    assertThat(own.results().map(each -> each.group(1))).isNotEmpty().isSubsetOf(sections());
  }

  /** "2" for each heading "## 2. …", and "2.1" for the first item of a list under it. */
  private static Set<String> sections() throws IOException {
    Set<String> sections = new TreeSet<>();
    String section = "";
    for (String line : Files.readAllLines(DOCUMENT)) {
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
