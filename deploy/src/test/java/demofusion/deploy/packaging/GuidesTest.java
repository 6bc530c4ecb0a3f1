package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guides say only what the program knows, and print what it prints. */
class GuidesTest {
  private static final String COMMAND = "    demofusion ";
  private static final String SHOWN = "    $ demofusion ";
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  private static final Pattern MEMORY = Pattern.compile("\\| (\\w+) \\| ([\\d.]+ GiB) \\|");

  static Stream<Path> guides() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("guides"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("guides")
  void giveCommandsThatThereAre(Path guide) throws IOException {
    for (String line : Files.readAllLines(guide)) {
      if (line.startsWith(COMMAND) && !line.endsWith("{")) { // which is a settings file
        KnownWords.requireCommandLine(words(line.substring(COMMAND.length())));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("guides")
  void showWhatTheProgramPrints(Path guide) throws IOException {
    List<String> lines = Files.readAllLines(guide);
    for (int n = 0; n < lines.size(); n++) {
      if (lines.get(n).startsWith(SHOWN)) {
        List<String> shown = new ArrayList<>();
        for (int next = n + 1; next < lines.size() && lines.get(next).startsWith("    "); next++) {
          shown.add(lines.get(next).strip());
        }
        List<String> command = words(lines.get(n).substring(SHOWN.length()));
        assertThat(printed(command)).as("%s: %s", guide, command).isEqualTo(shown);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("guides")
  void nameTheMemoryThatAPlanNames(Path guide) throws IOException {
    Matcher rows = MEMORY.matcher(Files.readString(guide));
    while (rows.find()) {
      List<String> command =
          words(
              "plan --model sdxl-base --size 4096x4096 --gpus 3090 --view-batch " + rows.group(1));

      assertThat(printed(command)).anyMatch(line -> line.contains("about " + rows.group(2)));
    }
  }

  @ParameterizedTest
  @MethodSource("guides")
  void leadToPagesThatThereAre(Path guide) throws IOException {
    Matcher links = LINK.matcher(Files.readString(guide));
    while (links.find()) {
      assertThat(Path.of("guides").resolve(links.group(1))).exists();
    }
  }

  /** What stands before a pipe, an ampersand or a redirection, without its quotes. */
  private static List<String> words(String line) {
    Matcher words =
        Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line.replaceAll(" [|&>].*| *#.*", ""));
    List<String> list = new ArrayList<>();
    while (words.find()) {
      list.add(words.group(1) == null ? words.group(2) : words.group(1));
    }
    return list;
  }

  /** Without an installation there is no model of a name, only its folder. */
  private static List<String> printed(List<String> command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> here =
        command.stream().map(word -> word.equals("sdxl-base") ? "models/sdxl-base" : word).toList();
    int exitCode =
        DemofusionCommand.commandLine(new Terminal(stream, stream, 0, false))
            .execute(here.toArray(String[]::new));
    stream.flush();
    String words = out.toString(StandardCharsets.UTF_8);
    assertThat(exitCode).as(words).isZero();
    return words.lines().map(String::strip).toList();
  }
}
