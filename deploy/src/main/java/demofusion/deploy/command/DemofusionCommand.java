package demofusion.deploy.command;

import demofusion.deploy.command.farm.AuditLogCommand;
import demofusion.deploy.command.farm.CancelCommand;
import demofusion.deploy.command.farm.DrainCommand;
import demofusion.deploy.command.farm.JobCommand;
import demofusion.deploy.command.farm.JobsCommand;
import demofusion.deploy.command.farm.ModelsCommand;
import demofusion.deploy.command.farm.RetryCommand;
import demofusion.deploy.command.farm.SubmitCommand;
import demofusion.deploy.command.farm.TokenCommand;
import demofusion.deploy.command.farm.UsageCommand;
import demofusion.deploy.command.farm.WorkersCommand;
import demofusion.deploy.command.lab.CompareCommand;
import demofusion.deploy.command.lab.MissingBench;
import demofusion.deploy.command.lab.PlanCommand;
import demofusion.deploy.command.lab.SelftestCommand;
import demofusion.deploy.command.lab.StressCommand;
import demofusion.deploy.command.lab.StudyCommand;
import demofusion.deploy.command.node.CoordinatorCommand;
import demofusion.deploy.command.node.FarmCommand;
import demofusion.deploy.command.node.ServeCommand;
import demofusion.deploy.command.node.WorkerCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.CommandFactory;
import demofusion.deploy.command.render.RenderCommand;
import demofusion.deploy.command.render.UpscaleCommand;
import demofusion.deploy.launch.Installation;
import demofusion.deploy.launch.TypedWords;
import demofusion.deploy.terminal.Terminal;
import demofusion.deploy.terminal.TerminalCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root of the command line: {@code demofusion COMMAND}. */
@Command(
    name = "demofusion",
    description = {
      "Generate very large images with a pretrained Stable Diffusion model, on one machine or many.%n"
    },
    subcommands = {
      RenderCommand.class,
      SubmitCommand.class,
      UpscaleCommand.class,
      ServeCommand.class,
      FarmCommand.class,
      CoordinatorCommand.class,
      WorkerCommand.class,
      TokenCommand.class,
      JobsCommand.class,
      JobCommand.class,
      CancelCommand.class,
      RetryCommand.class,
      WorkersCommand.class,
      DrainCommand.class,
      AuditLogCommand.class,
      UsageCommand.class,
      ModelsCommand.class,
      PlanCommand.class,
      InspectCommand.class,
      TokensCommand.class,
      ConvertCommand.class,
      DoctorCommand.class,
      SelftestCommand.class,
      CompareCommand.class,
      StudyCommand.class,
      StressCommand.class,
      CertificatesCommand.class
    },
    footer = {
      "%nYour first image, with the bundled miniature model:",
      "  demofusion render \"a lighthouse and the open sea, at sunset\"",
      "%nExit codes: 0 success, 1 failed while running, 2 invalid request or unusable model"
          + " folder,",
      "130 and 143 interrupted."
    },
    versionProvider = DemofusionCommand.Version.class,
    mixinStandardHelpOptions = true)
public final class DemofusionCommand extends TerminalCommand implements Callable<Integer> {
  /** In a jar of its own, of the folder lab. */
  static final String BENCH = "demofusion.deploy.command.lab.BenchCommand";

  /** As of a program that SIGPIPE ended. */
  private static final int CLOSED_PIPE = 141;

  /** Everything there is, with our way of saying what is wrong. */
  public static CommandLine commandLine() {
    return commandLine(Terminal.ofProcess());
  }

  /**
   * The same, speaking to another terminal.
   *
   * @param terminal where data and words go
   */
  public static CommandLine commandLine(Terminal terminal) {
    CommandFactory factory = new CommandFactory(terminal);
    CommandLine program = new CommandLine(DemofusionCommand.class, factory);
    program.addSubcommand(new CommandLine(bench(), factory));
    return CliConventions.apply(program, terminal);
  }

  private static Class<?> bench() {
    try {
      return Class.forName(BENCH);
    } catch (ClassNotFoundException e) {
      return MissingBench.class;
    }
  }

  /**
   * Does what a command line says, whatever happens.
   *
   * @return the exit code
   */
  public static int execute(String... arguments) {
    Terminal terminal = Terminal.ofProcess();
    try {
      TypedWords.check(arguments);
      int code = commandLine(terminal).execute(arguments);
      return terminal.failureOfOut().map(reason -> notPrinted(code, reason, terminal)).orElse(code);
    } catch (Throwable e) { // picocli hands over exceptions, but not errors such as a full heap
      return CliConventions.exitCode(e, terminal);
    }
  }

  /** What was to be printed is data: without it nothing was done for whoever asked. */
  private static int notPrinted(int code, String reason, Terminal terminal) {
    if (reason.equals("Broken pipe")) {
      return CLOSED_PIPE; // head and less have seen enough, and need no sentence
    }
    terminal.say("stdout could not be written: " + reason);
    return code == CliConventions.OK ? CliConventions.FAILED : code;
  }

  @Override
  public Integer call() {
    terminal.say(
        "no command given: try demofusion render \"a lighthouse at sunset\", or see demofusion"
            + " --help");
    return CliConventions.REFUSED;
  }

  /** What {@code --version} says. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"demofusion " + Installation.version()};
    }
  }
}
