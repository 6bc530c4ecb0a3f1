package demofusion.deploy.command.node;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.ConfigurationOptions;
import demofusion.deploy.command.option.SecurityOptions;
import demofusion.deploy.command.option.ServedModelOptions;
import demofusion.deploy.command.option.WorkerOptions;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.fetch.WorkerStore;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.node.ServedModels;
import demofusion.deploy.node.WorkerNode;
import demofusion.deploy.node.WorkerSettings;
import demofusion.deploy.selftest.check.LightSelftest;
import demofusion.deploy.sharing.CardOwner;
import demofusion.deploy.sharing.CardOwners;
import demofusion.deploy.sharing.LeaveNotice;
import demofusion.deploy.sharing.LeaveNotices;
import demofusion.deploy.sharing.LeaveWatch;
import demofusion.deploy.sharing.SharedCard;
import demofusion.deploy.sharing.TerminalPause;
import demofusion.deploy.terminal.TerminalCommand;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demofusion worker}: the node that holds a model and does forwards. */
@Command(
    name = "worker",
    abbreviateSynopsis = true,
    description = "Load a model onto a device and work for a coordinator.%n",
    footer = {
      "%nWaits for its coordinator as long as necessary and reconnects by itself after an outage.",
      "On SIGTERM it finishes the work it has started and leaves; a second SIGTERM ends it at"
          + " once.",
      "In a terminal p and Enter pauses it and frees its card, and lets it go on again.",
      "%nExamples:",
      "  demofusion worker --join 127.0.0.1:25520",
      "  demofusion worker --join gpu-head:25520 --bind 0.0.0.0:25521 --device cuda:1 --model sdxl"
          + " \\",
      "    --tls certificates/worker-1",
      "  demofusion worker --join https://gpu-head:7980 --token-file worker.token --ca ca.crt",
      "  demofusion worker --join gpu-head:25520 --when \"mon-fri 19:00-07:00, sat-sun\""
    })
public final class WorkerCommand extends TerminalCommand implements Callable<Integer> {
  @Mixin final WorkerOptions worker = new WorkerOptions();
  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final SecurityOptions security = new SecurityOptions();
  @Mixin final ConfigurationOptions configuration = new ConfigurationOptions();
  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = configuration.read(Objects.requireNonNull(spec), Setting.OF_WORKER);
    if (configuration.shown(settings, Setting.OF_WORKER, terminal)) {
      return CliConventions.OK;
    }
    Logging.ofNode(settings.text(Setting.LOG_FORMAT), settings.name(Setting.LOG_FORMAT));
    WorkerStore store = WorkerStore.of(settings, System.getenv(), worker.storeFolder);
    ServedModels models = ServedModels.of(settings, model.synthetic, store);
    WorkerSettings checked = WorkerSettings.of(settings, models.defaultName());
    List<LeaveNotice> notices = LeaveNotices.of(settings);
    List<CardOwner> owners =
        Stream.of(CardOwners.of(settings, ZoneId.systemDefault()), atTheTerminal())
            .flatMap(Optional::stream)
            .toList();
    if (!owners.isEmpty()) {
      SharedCard card =
          new SharedCard(
              checked.name(),
              CardOwner.anyOf(owners),
              models::open,
              load -> stay(new WorkerNode(checked, load, LightSelftest.create())));
      return run(checked.name(), notices, card::stop, card::run);
    }
    WorkerNode node = new WorkerNode(checked, models.open(), LightSelftest.create());
    return run(checked.name(), notices, node::stop, node::run);
  }

  /** Who was started by another process has no terminal of its own. */
  private Optional<CardOwner> atTheTerminal() {
    return configuration.parent == null ? TerminalPause.ofProcess(terminal::say) : Optional.empty();
  }

  private int run(String name, List<LeaveNotice> notices, Runnable stop, NodeProcess.Work work) {
    LeaveWatch watch = LeaveWatch.over(name, notices, stop);
    try {
      return NodeProcess.run(
          stop,
          () -> {
            work.run();
            watch.end();
          },
          configuration.parent);
    } finally {
      watch.end();
    }
  }

  private static SharedCard.Stay stay(WorkerNode node) {
    return new SharedCard.Stay() {
      @Override
      public void run() throws InterruptedException {
        node.run();
      }

      @Override
      public void stop() {
        node.stop();
      }
    };
  }
}
