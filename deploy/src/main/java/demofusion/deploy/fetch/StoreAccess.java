package demofusion.deploy.fetch;

import demofusion.deploy.client.BearerToken;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.FarmAccess;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.WorkFiles;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.security.PrivateFile;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a worker finds the coordinator's store, and how it gets in: with the URL that it joins by,
 * with the one that it was told, or at the usual port of a coordinator on this machine.
 *
 * @param token read anew each time; empty: none is needed
 * @param isGuess whether nobody said that there is a coordinator
 */
public record StoreAccess(
    CoordinatorAddress address, Optional<Path> token, Optional<Path> authority, boolean isGuess) {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAccess.class);

  /**
   * @return empty where the worker cannot know
   * @throws DemofusionException BAD_REQUEST if it would not be safe
   */
  public static Optional<StoreAccess> of(Settings settings) {
    Optional<Path> token = settings.path(Setting.WORKER_TOKEN_FILE);
    Optional<Path> authority = settings.path(Setting.WORKER_AUTHORITY);
    List<String> coordinators = settings.list(Setting.JOIN);
    Optional<String> api = settings.find(Setting.WORKER_API);
    Optional<String> url =
        api.or(() -> coordinators.stream().filter(each -> each.contains("://")).findFirst());
    if (url.isPresent()) {
      StoreAccess access =
          new StoreAccess(CoordinatorAddress.parse(url.get()), token, authority, false);
      if (api.isPresent()) {
        access.requireSafe(settings);
      }
      return Optional.of(access);
    }
    boolean isHere =
        coordinators.size() == 1
            && NodeAddress.parse(settings.name(Setting.JOIN), coordinators.get(0))
                .meansThisMachine();
    return isHere
        ? Optional.of(new StoreAccess(CoordinatorAddress.DEFAULT, token, authority, true))
        : Optional.empty();
  }

  private void requireSafe(Settings settings) {
    if (token.isPresent()
        && !address.isEncrypted()
        && !address.isLoopback()
        && !settings.flag(Setting.INSECURE)) {
      throw DemofusionException.badRequest(
          settings.name(Setting.WORKER_API)
              + " "
              + address
              + " would send the token unencrypted: use https, or --insecure if nobody else can"
              + " read it on its way");
    }
    token.ifPresent(file -> PrivateFile.require(file, "demofusion token NAME --role work"));
  }

  /** Asks the store, and asks again for so long while nobody answers. */
  public <T> T ask(Duration patience, Question<T> question) {
    FarmAccess access =
        new FarmAccess(
            address, token.map(BearerToken::read).orElse(null), authority.orElse(null), patience);
    try (FarmClient client =
        FarmClient.of(
            access, sentence -> LOG.info("event=store-awaited sentence=\"{}\"", sentence))) {
      return question.ask(client.workFiles());
    }
  }

  /** Something that is asked of the store. */
  @FunctionalInterface
  public interface Question<T> {
    T ask(WorkFiles files);
  }
}
