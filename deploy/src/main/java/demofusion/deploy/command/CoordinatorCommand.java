package demofusion.deploy.command;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.node.CoordinatorNode;
import demofusion.deploy.node.CoordinatorSettings;
import demofusion.deploy.terminal.Terminal;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demofusion coordinator}: the node that owns jobs, latents and schedules. */
@Command(
    name = "coordinator",
    abbreviateSynopsis = true,
    description = "Take jobs and have workers draw them. Needs no GPU.%n",
    footer = {
      "%nOn SIGTERM it stops at the next checkpoint; started again on the same folder, it goes on.",
      "%nExamples:",
      "  demofusion coordinator --data farm",
      "  demofusion coordinator --data farm --bind 0.0.0.0:25520 --tls certificates/coordinator"
    })
final class CoordinatorCommand implements Callable<Integer> {
  @Mixin final CoordinatorOptions coordinator = new CoordinatorOptions();
  @Mixin final SecurityOptions security = new SecurityOptions();
  @Mixin final ConfigurationOptions configuration = new ConfigurationOptions();
  @Mixin final HelpOption help = new HelpOption();
  @Spec @Nullable CommandSpec spec;

  private final Terminal terminal;

  CoordinatorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Settings settings = configuration.read(Objects.requireNonNull(spec), Setting.OF_COORDINATOR);
    if (configuration.shown(settings, Setting.OF_COORDINATOR, terminal)) {
      return HouseStyle.OK;
    }
    Logging.ofNode(settings.text(Setting.LOG_FORMAT), settings.name(Setting.LOG_FORMAT));
    CoordinatorSettings checked = CoordinatorSettings.of(settings);
    CoordinatorNode node = CoordinatorNode.start(checked);
    return NodeProcess.run(node::stop, node::awaitEnd, configuration.parent);
  }
}
