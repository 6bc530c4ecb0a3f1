package demofusion.deploy.command;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion serve}: this machine draws, and shows a page to those who look. */
@Command(
    name = "serve",
    abbreviateSynopsis = true,
    description = "Draw on this machine, and show a page for it in the browser.%n",
    footer = {
      "%nThe page and the API are at the same address. Workers on other machines cannot join; for"
          + " those there are coordinator and worker. Ctrl-C ends it; unfinished pictures go on when"
          + " it is started again.",
      "%nExamples:",
      "  demofusion serve",
      "  demofusion serve --model sdxl --http 0.0.0.0:7980 --tokens tokens"
    })
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "demofusion-farm",
      description = "The folder of all pictures (default: ${DEFAULT-VALUE}).")
  Path data = Path.of("demofusion-farm");

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Where the page is (default: 127.0.0.1:7980).")
  @Nullable String http;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "Named tokens, which whoever looks from another machine needs; demofusion token makes"
              + " them.")
  @Nullable String tokens;

  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final HelpOption help = new HelpOption();

  private final Terminal terminal;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    OneMachine machine = new OneMachine(data, http, tokens, model, terminal);
    return machine.run(Math.max(machine.gpus(), 1), this::announce);
  }

  private void announce(NodeAddress page) {
    NodeAddress near = page.isWildcard() ? new NodeAddress("127.0.0.1", page.port()) : page;
    terminal.say("the page is at http://" + near + "/, its pictures in " + data);
  }
}
