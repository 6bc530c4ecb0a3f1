package demofusion.deploy.command.option;

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
public final class CliConventions {
  /** Done. */
  public static final int OK = 0;

  /** Failed while running. */
  public static final int FAILED = 1;

  /** The request or the model folder cannot be used; nothing was begun. */
  public static final int REFUSED = 2;

  private static final int HELP_COLUMNS = 96;

  /** Made in time: where the heap is full there may be no room to make it. */
  private static final String HEAP_IS_FULL =
      "the Java heap of "
          + (Runtime.getRuntime().maxMemory() >> 20)
          + " MiB is full: use a smaller --size, or raise it with DEMOFUSION_JAVA_OPTS=-Xmx…";

  private CliConventions() {}

  /** Applies the style to a command and all below it. */
  public static CommandLine apply(CommandLine command, Terminal terminal) {
    reading(command);
    command.setParameterExceptionHandler(
        (failure, arguments) -> {
          terminal.say(sentence(failure));
          return REFUSED;
        });
    command.setExecutionExceptionHandler((failure, where, result) -> exitCode(failure, terminal));
    command.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    command.setUsageHelpWidth(HELP_COLUMNS);
    command.getSubcommands().values().forEach(CliConventions::addHelp);
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

  /** {@code --help}, the last option of every command below the root, which has its own. */
  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
    command.getSubcommands().values().forEach(CliConventions::addHelp);
  }

  private static void restyleHelp(CommandLine command) {
    command.getCommandSpec().usageMessage().sortOptions(false);
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new GroupedOptions());
    command.getSubcommands().values().forEach(CliConventions::restyleHelp);
  }

  /** Says what went wrong and chooses the exit code. */
  public static int exitCode(Throwable failure, Terminal terminal) {
    if (failure instanceof DemofusionException known) {
      logger().debug("{}", known.code(), known);
      if (known.code() == FailureCode.CANCELLED) {
        return FAILED; // by whoever ends the process, and knows it
      }
      terminal.say(known.userMessage());
      return known.code().band() == FailureCode.Band.USER ? REFUSED : FAILED;
    }
    if (failure instanceof OutOfMemoryError) {
      terminal.say(HEAP_IS_FULL);
      return FAILED;
    }
    logger().info("a bug", failure);
    terminal.say(
        "internal error: "
            + failure
            + " (this is a bug, please report it; DEMOFUSION_LOG=debug shows where it happened)");
    return FAILED;
  }

  /**
   * Asked for when needed: loading the logging library takes longer than parsing a command line.
   */
  private static Logger logger() {
    return LoggerFactory.getLogger(CliConventions.class);
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
    return "unknown " + kind + " \"" + argument + "\"" + proposal;
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
