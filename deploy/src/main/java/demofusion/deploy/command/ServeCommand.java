package demofusion.deploy.command;

import demofusion.deploy.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
      "  demofusion serve --model sdxl --http 0.0.0.0:7980 --tokens tokens --tls serve-tls"
    })
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "demofusion-farm",
      description = "The folder of all pictures (default: ${DEFAULT-VALUE}).")
  Path data = Path.of("demofusion-farm");

  @Mixin final DoorOptions door = new DoorOptions();
  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final HelpOption help = new HelpOption();

  private final Terminal terminal;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    OneMachine machine = new OneMachine(data, door, model, terminal);
    return machine.run(Math.max(machine.gpus(), 1), this::announce);
  }

  private void announce(String url) {
    terminal.say("the page is at " + url + "/, its pictures in " + data);
  }
}
