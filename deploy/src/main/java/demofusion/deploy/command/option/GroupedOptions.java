package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
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
    appendGroups(text, help, command);
    append(text, help, text.isEmpty() ? "Options" : "Other", ungrouped(command));
    return text.toString();
  }

  /** Each group under its heading, and behind it those that it holds itself. */
  private static void appendGroups(StringBuilder text, Help help, CommandSpec holder) {
    for (CommandSpec mixin : holder.mixins().values()) {
      if (mixin.userObject() instanceof OptionGroup group) {
        append(text, help, group.heading(), ungrouped(mixin));
        appendGroups(text, help, mixin);
      }
    }
  }

  private static List<OptionSpec> ungrouped(CommandSpec holder) {
    return holder.options().stream().filter(option -> !isGrouped(holder, option)).toList();
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
