package demofusion.deploy.command.option;

import demofusion.deploy.command.render.RenderCommand;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.api.request.RenderSpec;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;

/** Requests for tests of other packages, in the words of the command line. */
public final class CommandLineSpecs {
  private CommandLineSpecs() {}

  /** What {@code render "a cat" --seed 7} with these options asks for. */
  public static RenderSpec spec(String... options) {
    RenderCommand command = command(options);
    CommandLineRequest request =
        new CommandLineRequest(
            command.words, command.picture, command.method, command.model.threads);
    return request.spec(request.subjects(List.of("a cat"), () -> 7).get(0), null);
  }

  /** The options of pictures by themselves. */
  static PictureOptions picture(String... options) {
    return command(options).picture;
  }

  private static RenderCommand command(String... options) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    RenderCommand command = new RenderCommand();
    command.setTerminal(new Terminal(nowhere, nowhere, 0, false));
    CliConventions.reading(new CommandLine(command)).parseArgs(options);
    return command;
  }
}
