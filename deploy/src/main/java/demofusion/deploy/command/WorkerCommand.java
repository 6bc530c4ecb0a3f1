package demofusion.deploy.command;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.node.ServedModels;
import demofusion.deploy.node.WorkerNode;
import demofusion.deploy.node.WorkerSettings;
import demofusion.deploy.terminal.Terminal;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demofusion worker}: the node that holds a model and does forwards. */
@Command(
    name = "worker",
    abbreviateSynopsis = true,
    description = "Put a model on a device and work for a coordinator.%n",
    footer = {
      "%nIt waits for its coordinator as long as it takes, and comes back by itself when that was away.",
      "On SIGTERM it finishes what it has begun and says goodbye; a second one ends it at once.",
      "%nExamples:",
      "  demofusion worker --join 127.0.0.1:25520",
      "  demofusion worker --join gpu-head:25520 --bind 0.0.0.0:25521 --device cuda:1 --model sdxl \\",
      "    --tls certificates/worker-1"
    })
final class WorkerCommand implements Callable<Integer> {
  @Mixin final WorkerOptions worker = new WorkerOptions();
  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final SecurityOptions security = new SecurityOptions();
  @Mixin final ConfigurationOptions configuration = new ConfigurationOptions();
  @Mixin final HelpOption help = new HelpOption();
  @Spec @Nullable CommandSpec spec;

  private final Terminal terminal;

  WorkerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = configuration.read(Objects.requireNonNull(spec), Setting.OF_WORKER);
    if (configuration.shown(settings, Setting.OF_WORKER, terminal)) {
      return HouseStyle.OK;
    }
    Logging.ofNode(settings.text(Setting.LOG_FORMAT), settings.name(Setting.LOG_FORMAT));
    ServedModels models = ServedModels.of(settings, model.synthetic);
    WorkerSettings checked = WorkerSettings.of(settings, models.defaultName());
    WorkerNode node = new WorkerNode(checked, models.load());
    return NodeProcess.run(node::stop, node::run, configuration.parent);
  }
}
