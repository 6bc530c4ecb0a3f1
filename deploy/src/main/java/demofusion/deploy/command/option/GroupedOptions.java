package demofusion.deploy.command.option;

import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The list of options in a command's help, {@link OptionGroup} by group. */
final class GroupedOptions implements IHelpSectionRenderer {
  @Override
  public String render(Help help) {
    CommandSpec command = help.commandSpec();
    StringBuilder text = new StringBuilder();
    for (CommandSpec mixin : command.mixins().values()) {
      if (mixin.userObject() instanceof OptionGroup group) {
        append(text, help, group.heading(), List.copyOf(mixin.options()));
      }
    }
    List<OptionSpec> others =
        command.options().stream().filter(option -> !isGrouped(command, option)).toList();
    append(text, help, text.isEmpty() ? "Options" : "Other", others);
    return text.toString();
  }

  private static boolean isGrouped(CommandSpec command, OptionSpec option) {
    return command.mixins().values().stream()
        .filter(mixin -> mixin.userObject() instanceof OptionGroup)
        .anyMatch(mixin -> mixin.optionsMap().containsKey(option.longestName()));
  }

  private static void append(
      StringBuilder text, Help help, String heading, List<OptionSpec> options) {
    List<OptionSpec> visible = options.stream().filter(option -> !option.hidden()).toList();
    if (!visible.isEmpty()) {
      Help.Layout layout = help.createDefaultLayout();
      layout.addOptions(visible, help.createDefaultParamLabelRenderer());
      text.append(System.lineSeparator())
          .append(heading)
          .append(System.lineSeparator())
          .append(layout);
    }
  }
}
