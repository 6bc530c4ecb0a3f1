package demofusion.deploy.command;

import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * How all commands behave: whatever is wrong is one sentence on stderr and an exit code, never a
 * page of usage or a stack trace.
 */
final class HouseStyle {
  /** Done. */
  static final int OK = 0;

  /** Failed while running. */
  static final int FAILED = 1;

  /** The request or the model folder cannot be used; nothing was begun. */
  static final int REFUSED = 2;

  private static final int HELP_COLUMNS = 96;

  /** Made in time: where the heap is full there may be no room to make it. */
  private static final String HEAP_IS_FULL =
      "the Java heap of "
          + (Runtime.getRuntime().maxMemory() >> 20)
          + " MiB is full: a smaller --size needs less, DEMOFUSION_JAVA_OPTS=-Xmx… gives more";

  private HouseStyle() {}

  /** Applies the style to a command and all below it. */
  static CommandLine apply(CommandLine command, Terminal terminal) {
    reading(command);
    command.setParameterExceptionHandler(
        (failure, arguments) -> {
          terminal.say(sentence(failure));
          return REFUSED;
        });
    command.setExecutionExceptionHandler((failure, where, result) -> exitCode(failure, terminal));
    command.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    command.setUsageHelpWidth(HELP_COLUMNS);
    restyleHelp(command);
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new GroupedCommands());
    command.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
    return command;
  }

  /** How words become options; a prompt may begin with @, which names no file. */
  static CommandLine reading(CommandLine command) {
    return Converters.register(command)
        .setAbbreviatedOptionsAllowed(false)
        .setAllowOptionsAsOptionParameters(false)
        .setExpandAtFiles(false);
  }

  private static void restyleHelp(CommandLine command) {
    command.getCommandSpec().usageMessage().sortOptions(false);
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new GroupedOptions());
    command.getSubcommands().values().forEach(HouseStyle::restyleHelp);
  }

  /** Says what went wrong and chooses the exit code. */
  static int exitCode(Throwable failure, Terminal terminal) {
    if (failure instanceof DemofusionException known) {
      logger().debug("{}", known.code(), known);
      if (known.code() == FailureCode.CANCELLED) {
        return FAILED; // by whoever ends the process, and knows it
      }
      terminal.say(known.sentence());
      return known.code().band() == FailureCode.Band.USER ? REFUSED : FAILED;
    }
    if (failure instanceof OutOfMemoryError) {
      terminal.say(HEAP_IS_FULL);
      return FAILED;
    }
    logger().info("a bug", failure);
    terminal.say(
        "this is a bug: "
            + failure
            + " (DEMOFUSION_LOG=debug shows where it happened; please report it)");
    return FAILED;
  }

  /**
   * Asked for when needed: loading the logging library takes longer than parsing a command line.
   */
  private static Logger logger() {
    return LoggerFactory.getLogger(HouseStyle.class);
  }

  private static String sentence(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    if (failure.getCause() instanceof TypeConversionException conversion) {
      ArgSpec argument = failure.getArgSpec();
      String name =
          argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
      return name + ": " + conversion.getMessage();
    }
    return oneLine(String.valueOf(failure.getMessage()));
  }

  private static String unmatched(UnmatchedArgumentException failure) {
    String argument = failure.getUnmatched().get(0);
    String kind = failure.isUnknownOption() ? "option" : "argument";
    List<String> suggestions = failure.getSuggestions();
    String proposal =
        suggestions.isEmpty() ? "" : ", did you mean " + String.join(" or ", suggestions) + "?";
    return "there is no " + kind + " \"" + argument + "\"" + proposal;
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
