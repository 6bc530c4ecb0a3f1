package demofusion.deploy.command;

import demofusion.coordinator.http.Role;
import demofusion.deploy.client.NewToken;
import demofusion.deploy.client.TokensFile;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion token NAME}: lets somebody in. */
@Command(
    name = "token",
    description = "Make a token that lets somebody use the farm.%n",
    footer = {
      "%nThe token goes to stdout, this once: the file keeps its SHA-256 only. view sees its own jobs,",
      "submit also submits, cancels and retries them, operate sees everybody's, drains and prunes.",
      "Taking the line out of the file takes the right away.",
      "%nExamples:",
      "  demofusion token ann --role submit --tokens farm/tokens > ann.token",
      "  demofusion jobs --coordinator https://farm:7980 --token-file ann.token"
    })
final class TokenCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "NAME", description = "Whose it is; jobs are listed under this name.")
  @Nullable String name;

  @Option(
      names = "--role",
      required = true,
      paramLabel = "view|submit|operate",
      description = "What the token allows.")
  @Nullable Role role;

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE",
      description = "The coordinator's file of tokens (coordinator --tokens); made if need be.")
  @Nullable Path tokens;

  @Mixin final HelpOption help = new HelpOption();

  TokenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NewToken token =
        NewToken.of(Objects.requireNonNull(name), Objects.requireNonNull(role), new SecureRandom());
    new TokensFile(Objects.requireNonNull(tokens)).add(token, () -> hand(token));
    return HouseStyle.OK;
  }

  /** A token that nobody got is not written down. */
  private void hand(NewToken token) {
    terminal.out().println(token.secret());
    if (terminal.out().checkError()) {
      throw new DemofusionException(
          FailureCode.STORAGE, "the token could not be written to stdout; none was made");
    }
  }
}
