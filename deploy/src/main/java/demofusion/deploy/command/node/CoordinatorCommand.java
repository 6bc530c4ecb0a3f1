package demofusion.deploy.command.node;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.ConfigurationOptions;
import demofusion.deploy.command.option.CoordinatorOptions;
import demofusion.deploy.command.option.ResultsOptions;
import demofusion.deploy.command.option.SecurityOptions;
import demofusion.deploy.command.option.signin.OidcOptions;
import demofusion.deploy.command.option.trace.TraceOptions;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.node.CoordinatorNode;
import demofusion.deploy.node.CoordinatorSettings;
import demofusion.deploy.terminal.TerminalCommand;
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
    description = "Accept jobs and distribute them to workers. Needs no GPU.%n",
    footer = {
      "%nOn SIGTERM it stops at the next checkpoint; restarted on the same folder, it resumes its"
          + " jobs.",
      "%nExamples:",
      "  demofusion coordinator --data farm",
      "  demofusion coordinator --data farm --bind 0.0.0.0:25520 --tls certificates/coordinator",
      "  demofusion coordinator --data farm --results s3://pictures/farm",
      "  demofusion coordinator --data farm --tokens farm/tokens --oidc-issuer"
          + " https://login.example.org/realms/studio --oidc-client demofusion --oidc-role"
          + " artists=submit --oidc-role wranglers=operate"
    })
public final class CoordinatorCommand extends TerminalCommand implements Callable<Integer> {
  @Mixin final CoordinatorOptions coordinator = new CoordinatorOptions();
  @Mixin final OidcOptions signIn = new OidcOptions();
  @Mixin final ResultsOptions results = new ResultsOptions();
  @Mixin final TraceOptions traces = new TraceOptions();
  @Mixin final SecurityOptions security = new SecurityOptions();
  @Mixin final ConfigurationOptions configuration = new ConfigurationOptions();
  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = configuration.read(Objects.requireNonNull(spec), Setting.OF_COORDINATOR);
    if (configuration.shown(settings, Setting.OF_COORDINATOR, terminal)) {
      return CliConventions.OK;
    }
    Logging.ofNode(settings.text(Setting.LOG_FORMAT), settings.name(Setting.LOG_FORMAT));
    CoordinatorSettings checked = CoordinatorSettings.of(settings);
    CoordinatorNode node = CoordinatorNode.start(checked, coordinator.beside());
    if (configuration.parent != null) {
      node.expectModel(); // farm and serve start workers too
    }
    return NodeProcess.run(node::stop, node::awaitEnd, configuration.parent);
  }
}
