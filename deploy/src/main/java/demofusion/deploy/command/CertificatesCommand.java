package demofusion.deploy.command;

import demofusion.deploy.security.CertificateFolder;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion certificates DIR}: what a farm's nodes prove with who they are. */
@Command(
    name = "certificates",
    description = {
      "Make an authority of the farm's own, and certificates for its nodes.%n",
      "DIR gets ca.crt, ca.key and a pair .crt and .key for each role, or for each --host. A node"
          + " needs ca.crt and its own pair; ca.key stays where it is. With --host on a DIR that"
          + " has an authority, more hosts get a pair. Nothing is overwritten.%n"
    },
    footer = {
      "%nExit codes: 0 made, 1 the folder cannot be written to, 2 refused.",
      "%nExamples:",
      "  demofusion certificates farm-tls",
      "  demofusion certificates farm-tls --host coordinator.lan --host gpu1.lan --host gpu2.lan",
      "  demofusion coordinator --data jobs --bind 10.0.0.1:25520 --tls farm-tls"
    })
final class CertificatesCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "Where they are kept; made if it is not there.")
  @Nullable Path folder;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "A pair for this host name or address, as clients and workers will call it; repeatable"
              + " (default: a pair for coordinators and one for workers).")
  List<String> hosts = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long the pairs are valid (default: ${DEFAULT-VALUE}).",
      defaultValue = "730")
  int days;

  @Option(names = "--json", description = "The files made, as JSON.")
  boolean json;

  @Mixin final HelpOption help = new HelpOption();

  CertificatesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<String> made =
        new CertificateFolder(Optional.ofNullable(folder).orElseThrow(), days, Clock.systemUTC())
            .make(hosts).stream().map(Path::toString).toList();
    if (json) {
      terminal.out().println(Json.line(Map.of("files", made)));
    } else {
      made.forEach(terminal.out()::println);
    }
    return HouseStyle.OK;
  }
}
