package demofusion.deploy.command.farm;

import demofusion.deploy.client.NewToken;
import demofusion.deploy.client.TokensFile;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.Budget;
import demofusion.protocol.api.usage.OverBudget;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion token NAME}: lets somebody in. */
@Command(
    name = "token",
    description = "Create an access token for the farm's API.%n",
    footer = {
      "%nThe token is printed to stdout once; the file stores only its SHA-256. view sees its own"
          + " jobs,",
      "submit also submits, cancels and retries them, operate sees all jobs, drains and prunes.",
      "work lets a worker join over the API (worker --join URL --token-file FILE), nothing else.",
      "To revoke a token, delete its line from the file; to change its budget or weight, edit it.",
      "%nExamples:",
      "  demofusion token ann --role submit --tokens farm/tokens > ann.token",
      "  demofusion token bob --role submit --tokens farm/tokens --budget 40h/month --over-budget"
          + " wait > bob.token",
      "  demofusion jobs --coordinator https://farm:7980 --token-file ann.token",
      "  demofusion token rented --role work --tokens farm/tokens > worker.token"
    })
public final class TokenCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      description = "Name of the token's owner; jobs are listed under it.")
  @Nullable String name;

  @Option(
      names = "--role",
      required = true,
      paramLabel = "view|submit|operate|work",
      description = "What the token allows; see below.")
  @Nullable Role role;

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE",
      description =
          "The coordinator's tokens file (coordinator --tokens); created if it does not"
              + " exist.")
  @Nullable Path tokens;

  @Option(
      names = "--budget",
      paramLabel = "HOURS",
      description =
          "GPU-hours that the owner's jobs may take per day or month (UTC), such as 2.5h/day or"
              + " 40h/month (default: none, as much as there is).")
  @Nullable String budget;

  @Option(
      names = "--over-budget",
      paramLabel = "refuse|wait|warn",
      description =
          "What becomes of a job that the budget has no room for; one that has begun is never"
              + " stopped (default: refuse).")
  @Nullable String overBudget;

  @Option(
      names = "--weight",
      paramLabel = "N",
      description =
          "Share of the farm where several ask, from 0.01 to 100: with 2 twice that of others"
              + " (default: 1).")
  @Nullable BigDecimal weight;

  @Override
  public Integer call() {
    NewToken token =
        NewToken.of(
            Objects.requireNonNull(name),
            Objects.requireNonNull(role),
            allowance(),
            new SecureRandom());
    new TokensFile(Objects.requireNonNull(tokens)).add(token, () -> hand(token));
    return CliConventions.OK;
  }

  private Allowance allowance() {
    boolean hasBudget = budget != null && !budget.equals("none");
    return new Allowance(
        hasBudget ? Budget.parse(Objects.requireNonNull(budget)) : null,
        overBudget == null ? OverBudget.REFUSE : OverBudget.parse(overBudget),
        weight == null ? BigDecimal.ONE : weight);
  }

  /** A token that nobody got is not written down. */
  private void hand(NewToken token) {
    terminal.out().println(token.secret());
    if (terminal.out().checkError()) {
      throw new DemofusionException(
          FailureCode.STORAGE, "the token could not be written to stdout, so none was created");
    }
  }
}
