package demofusion.deploy.command.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/** The list of commands in the program's help, by what one wants. */
final class GroupedCommands implements IHelpSectionRenderer {
  /** What belongs together, in the order of a first day. */
  private record Group(String heading, List<String> commands) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group("Generate images", List.of("render", "submit", "serve", "upscale")),
          new Group(
              "Run a farm", List.of("farm", "coordinator", "worker", "certificates", "token")),
          new Group(
              "Manage jobs and workers",
              List.of("jobs", "job", "cancel", "retry", "workers", "drain", "models", "audit")),
          new Group("Compare", List.of("compare", "study", "stress")),
          new Group("Tools", List.of("plan", "inspect", "convert", "doctor", "selftest", "bench")));

  @Override
  public String render(Help help) {
    Map<String, CommandLine> commands = help.commandSpec().subcommands();
    int width = commands.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Group group : groups(commands)) {
      lines.add("");
      lines.add(group.heading());
      for (String name : group.commands()) {
        lines.add("  " + name + " ".repeat(width - name.length() + 2) + summary(commands, name));
      }
    }
    return lines.stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
  }

  /** Commands that no group names are shown too. */
  private static List<Group> groups(Map<String, CommandLine> commands) {
    List<String> named = GROUPS.stream().flatMap(group -> group.commands().stream()).toList();
    Group others =
        new Group("Other", commands.keySet().stream().filter(it -> !named.contains(it)).toList());
    return Stream.concat(GROUPS.stream(), Stream.of(others))
        .map(
            group ->
                new Group(
                    group.heading(),
                    group.commands().stream().filter(commands::containsKey).toList()))
        .filter(group -> !group.commands().isEmpty())
        .toList();
  }

  private static String summary(Map<String, CommandLine> commands, String name) {
    CommandLine command = commands.get(name);
    if (command == null) {
      return "";
    }
    String[] description = command.getCommandSpec().usageMessage().description();
    return description.length == 0 ? "" : description[0].replace("%n", "");
  }
}
