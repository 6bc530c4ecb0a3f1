package demofusion.deploy.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the example for Loki asks for is what the program logs. */
class LokiExampleTest {
  /** What {@link LogEncoder} adds to an event's own fields, as JSON. */
  private static final Set<String> OF_ALL = Set.of("time", "level", "logger", "cause", "trace");

  /** What the configuration makes labels of, and what Loki can be asked of each line at once. */
  private static final Set<String> LABELS = Set.of("service_name", "host", "level");

  private static final Pattern QUESTION = Pattern.compile("(?m)^    (.*\\{service_name.*)$");
  private static final Pattern EVENTS = Pattern.compile("event=~?\"([a-z|-]+)\"");
  private static final Pattern SELECTED = Pattern.compile("[{,]\\s*(\\w+)=~?\"");
  private static final Pattern FIELD =
      Pattern.compile("\\| (?:json \\w+=\"(\\w+)\"|unwrap (\\w+)|(?!json)(\\w+) ?(?:=~?|>))");
  private static final Pattern GROUPED = Pattern.compile("by \\(([\\w, ]+)\\)");
  private static final Pattern NAME = Pattern.compile("(?m)^ +(\\w+) += \"\",$");
  private static final Pattern UNIT = Pattern.compile("service_name=\"([\\w@-]+)\"");

  private static String text(String file) throws IOException {
    return Files.readString(Path.of(file));
  }

  /** The fields of each event, as LogQL has their names. */
  private static Map<String, Set<String>> events() throws IOException {
    Map<String, Set<String>> events = new TreeMap<>();
    for (String pattern : LogLinesTest.patterns()) {
      List<LogFields.Field> fields = LogFields.of(pattern, new Object[20]).orElseThrow();
      Set<String> names = events.computeIfAbsent(fields.get(0).value(), any -> new TreeSet<>());
      fields.forEach(field -> names.add(field.name().replace('-', '_')));
    }
    return events;
  }

  private static List<String> questions() throws IOException {
    List<String> questions = new ArrayList<>();
    Matcher matcher = QUESTION.matcher(text("guides/logs.md"));
    while (matcher.find()) {
      questions.add(matcher.group(1));
    }
    return questions;
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      for (int group = 1; group <= matcher.groupCount(); group++) {
        if (matcher.group(group) != null) {
          found.add(matcher.group(group));
        }
      }
    }
    return found;
  }

  @Test
  void asksForEventsThatThereAre_andForTheirFields() throws IOException {
    Map<String, Set<String>> events = events();
    Set<String> everyField = new HashSet<>(OF_ALL);
    events.values().forEach(everyField::addAll);
    List<String> questions = questions();

    assertThat(questions).hasSizeGreaterThan(8);
    for (String question : questions) {
      Set<String> known = new HashSet<>(OF_ALL);
      for (String names : found(EVENTS, question)) {
        for (String event : names.split("\\|", -1)) {
          assertThat(events.keySet()).as(question).contains(event);
          known.addAll(events.get(event));
        }
      }
      if (found(EVENTS, question).isEmpty()) {
        known = everyField;
      }
      assertThat(found(FIELD, question)).as(question).isSubsetOf(known);
      for (String names : found(GROUPED, question)) {
        assertThat(known).as(question).contains(names.split(", "));
      }
    }
  }

  @Test
  void asksForLabelsThatTheConfigurationMakes() throws IOException {
    String alloy = text("loki/demofusion.alloy");
    Set<String> made = found(Pattern.compile("target_label  = \"(\\w+)\""), alloy);
    made.addAll(found(NAME, block(alloy, "stage.labels")));

    assertThat(made).isEqualTo(new TreeSet<>(LABELS));
    for (String question : questions()) {
      String selector = question.substring(question.indexOf('{'), question.indexOf('}') + 1);
      assertThat(found(SELECTED, selector)).as(question).isSubsetOf(LABELS);
    }
  }

  @Test
  void takesFieldsOutOfLinesThatTheProgramWrites() throws IOException {
    Set<String> written = new HashSet<>(OF_ALL);
    events().values().forEach(written::addAll);
    String alloy = text("loki/demofusion.alloy");
    Set<String> taken = found(NAME, block(alloy, "stage.json"));

    assertThat(taken).contains("event", "job", "worker", "lease").isSubsetOf(written);
    assertThat(found(NAME, block(alloy, "stage.labels"))).isSubsetOf(taken);
    assertThat(found(NAME, block(alloy, "stage.structured_metadata"))).isSubsetOf(taken);
    assertThat(taken).containsAll(found(Pattern.compile("source = \"(\\w+)\""), alloy));
  }

  @Test
  void forwardsToComponentsThatThereAre_ofServicesThatAreInstalled() throws IOException {
    String alloy = text("loki/demofusion.alloy");
    Set<String> components = new TreeSet<>();
    Matcher made = Pattern.compile("(?m)^([a-z.]+) \"(\\w+)\" \\{$").matcher(alloy);
    while (made.find()) {
      components.add(made.group(1) + "." + made.group(2));
    }
    Set<String> used =
        found(Pattern.compile("(loki\\.[a-z]+\\.\\w+)\\.(?:receiver|rules)"), alloy).stream()
            .collect(TreeSet::new, TreeSet::add, TreeSet::addAll);

    assertThat(components).hasSize(4).containsAll(used);
    assertThat(alloy.chars().filter(each -> each == '{').count())
        .isEqualTo(alloy.chars().filter(each -> each == '}').count());
    for (String unit : found(UNIT, text("guides/logs.md"))) {
      assertThat(Path.of("systemd", unit + ".service")).exists();
    }
  }

  /** Of what stands between a stage's braces. */
  private static String block(String alloy, String stage) {
    int from = alloy.indexOf(stage + " {");
    assertThat(from).as(stage).isNotNegative();
    return alloy.substring(from, alloy.indexOf("\n  }\n", from));
  }
}
