package demofusion.deploy.node;

import demofusion.deploy.client.BearerToken;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.Trust;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.security.PrivateFile;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.wire.WireMetrics;
import demofusion.worker.CoordinatorRefs;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The way through the coordinator's API, for workers that nobody can reach: the worker dials, and
 * opens no port at all.
 *
 * @param url of the API, with a path where a proxy has one, without a slash at its end
 * @param token reads the access token anew; empty: none is needed
 * @param trust who signs the coordinator's certificate; empty: those that Java trusts
 */
record DialOut(URI url, Supplier<String> token, Optional<SSLContext> trust) implements Uplink {
  /**
   * @param join the API's address as typed
   * @throws DemofusionException BAD_REQUEST if something is missing, cannot be, or is not safe
   */
  static DialOut of(Settings settings, String join) {
    CoordinatorAddress address = CoordinatorAddress.parse(join);
    String asTyped = settings.name(Setting.JOIN) + " " + address;
    if (!address.isEncrypted() && !address.isLoopback() && !settings.flag(Setting.INSECURE)) {
      throw DemofusionException.badRequest(
          asTyped
              + " would send the token and all work unencrypted: use https, or --insecure if"
              + " nobody else can read it on its way");
    }
    Optional<Path> file = settings.path(Setting.WORKER_TOKEN_FILE);
    if (file.isEmpty() && !address.isLoopback()) {
      throw DemofusionException.badRequest(
          asTyped
              + " needs a token: give --token-file FILE (demofusion token NAME --role work, run"
              + " for the coordinator's tokens file, creates it)");
    }
    Supplier<String> token = () -> file.map(DialOut::secret).orElse("");
    file.ifPresent(DialOut::secret); // what is wrong with it is said now, and once
    return new DialOut(
        address.root(), token, settings.path(Setting.WORKER_AUTHORITY).map(Trust::of));
  }

  private static String secret(Path file) {
    PrivateFile.require(file, "demofusion token NAME --role work prints such a token");
    return BearerToken.read(file).value();
  }

  @Override
  public <T> ActorSystem<T> start(Behavior<T> guardian, WireMetrics wire) {
    return FarmSystem.startUnheard(guardian, wire);
  }

  @Override
  public Uplink again(ActorSystem<?> former) {
    return this;
  }

  @Override
  public CoordinatorRefs coordinators(
      ActorContext<?> node, String worker, int largestMessage, WireMetrics wire) {
    ActorRef<DispatcherProtocol.Command> coordinator =
        DialledCoordinator.spawn(node, worker, this, largestMessage, wire);
    return CoordinatorRefs.remote(() -> List.of(coordinator));
  }

  @Override
  public String targets() {
    return url.toString();
  }

  @Override
  public String address(ActorSystem<?> system) {
    return "none";
  }

  @Override
  public String name(ActorRef<DispatcherProtocol.Command> coordinator) {
    return url.toString();
  }

  @Override
  public Optional<Supplier<String>> doubt(ActorSystem<?> system) {
    return Optional.empty();
  }

  @Override
  public Optional<String> heardHereOnly() {
    return Optional.empty();
  }

  @Override
  public void watchOver(ActorContext<?> node) {
    // It has no certificate of its own.
  }
}
