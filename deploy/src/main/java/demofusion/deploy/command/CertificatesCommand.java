package demofusion.deploy.command;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.security.CertificateFolder;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion certificates DIR}: what a farm's nodes prove with who they are. */
@Command(
    name = "certificates",
    description = {
      "Create a private certificate authority and certificates for the farm's nodes.%n",
      "Writes ca.crt, ca.key and a .crt/.key pair for each role, or for each --host, to DIR. A"
          + " node needs ca.crt and its own pair; ca.key must stay in DIR. If DIR already holds an"
          + " authority, --host adds pairs for more hosts. Nothing is overwritten.%n"
    },
    footer = {
      "%nExit codes: 0 created, 1 the folder is not writable, 2 invalid request.",
      "%nExamples:",
      "  demofusion certificates farm-tls",
      "  demofusion certificates farm-tls --host coordinator.lan --host gpu1.lan --host gpu2.lan",
      "  demofusion coordinator --data jobs --bind 10.0.0.1:25520 --tls farm-tls"
    })
final class CertificatesCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      description = "Folder for the certificates; created if it does not exist.")
  @Nullable Path folder;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "Create a pair for this host name or address, as clients and workers will address it;"
              + " repeatable (default: one pair for coordinators and one for workers).")
  List<String> hosts = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Days until the certificates expire (default: ${DEFAULT-VALUE}).",
      defaultValue = "730")
  int days;

  @Option(names = "--json", description = "Print the files created as JSON.")
  boolean json;

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
    return CliConventions.OK;
  }
}
