package demofusion.coordinator.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.Budget;
import demofusion.protocol.api.usage.OverBudget;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenChangesTest {
  private static final TokenLine ANN = TokenLine.of("ann", Role.SUBMIT, "secret-of-ann");
  private static final String HASH_OF_ANN = Objects.requireNonNull(ANN.sha256());
  private static final TokenLine BOB = TokenLine.of("bob", Role.OPERATE, "secret-of-bob");

  @TempDir Path folder;
  private AuditLog log = AuditLog.open(Path.of("/dev/null"), InstantSource.system());

  @BeforeEach
  void open() {
    log = AuditLog.open(folder.resolve("audit.jsonl"), InstantSource.system());
  }

  private TokenChanges changes() {
    return new TokenChanges(log.beside("tokens"), log);
  }

  private List<String> lines() throws Exception {
    return log.page(new AuditLogQuery(null, null, null, null, 100)).entries().stream()
        .map(TokenChangesTest::words)
        .toList();
  }

  private static String words(AuditLogEntry entry) {
    return entry.what() + " " + entry.token() + ", " + entry.detail();
  }

  @Test
  void saysWhichCameAndWent_alsoWhileNoProcessLooked() throws Exception {
    changes().accept(List.of(ANN));
    changes().accept(List.of(ANN, BOB));
    changes().accept(List.of(BOB));

    assertThat(lines())
        .containsExactly(
            "token-remove ann, role submit, in the tokens file",
            "token-add bob, role operate, in the tokens file",
            "token-add ann, role submit, in the tokens file");
  }

  @Test
  void saysNothing_whereNothingChanged() throws Exception {
    changes().accept(List.of(ANN, BOB));
    changes().accept(List.of(BOB, ANN));

    assertThat(lines()).hasSize(2);
  }

  @Test
  void noticesAnotherSecretAndAnotherRole_ofTheSameName() throws Exception {
    changes().accept(List.of(ANN));
    changes().accept(List.of(TokenLine.of("ann", Role.SUBMIT, "another")));
    changes().accept(List.of(TokenLine.of("ann", Role.OPERATE, "another")));

    assertThat(lines())
        .containsExactly(
            "token-add ann, role operate, in the tokens file",
            "token-remove ann, role submit, in the tokens file",
            "token-add ann, role submit, in the tokens file",
            "token-remove ann, role submit, in the tokens file",
            "token-add ann, role submit, in the tokens file");
  }

  private static TokenLine ann(String budget, String weight) {
    return new TokenLine(
        "ann",
        Role.SUBMIT,
        HASH_OF_ANN,
        new Allowance(
            budget.isEmpty() ? null : Budget.parse(budget),
            budget.isEmpty() ? OverBudget.REFUSE : OverBudget.WAIT,
            new BigDecimal(weight)));
  }

  @Test
  void saysWhoseBudgetOrWeightIsAnother_andOfWhichItIsNew() throws Exception {
    changes().accept(List.of(ANN, BOB));
    changes().accept(List.of(ann("40h/month", "1"), BOB));
    changes().accept(List.of(ann("40h/month", "2"), BOB));
    changes().accept(List.of(ann("40.0h/month", "2.0"), BOB));
    changes().accept(List.of(ann("", "2.5"), BOB));
    changes().accept(List.of(BOB));

    assertThat(lines())
        .startsWith(
            "token-remove ann, role submit, budget none, weight 2.5, in the tokens file",
            "token-change ann, budget none, weight 2.5 in place of"
                + " budget 40h/month, over-budget wait, weight 2, in the tokens file",
            "token-change ann, budget 40h/month, over-budget wait, weight 2 in place of"
                + " budget 40h/month, over-budget wait, weight 1, in the tokens file",
            "token-change ann, budget 40h/month, over-budget wait, weight 1 in place of"
                + " budget none, weight 1, in the tokens file")
        .hasSize(6);
    assertThat(Files.readString(folder.resolve("audit.jsonl"))).doesNotContain(HASH_OF_ANN);
  }

  @Test
  void saysWhatSomebodyMayHave_whoSignsInWithAProvider() throws Exception {
    changes().accept(List.of(ANN));
    changes().accept(List.of(ANN, TokenLine.parse("oidc:eve - - budget=2h/day")));
    changes().accept(List.of(ANN, TokenLine.parse("oidc:eve - - budget=3h/day")));

    assertThat(lines())
        .startsWith(
            "token-change oidc:eve, budget 3h/day, over-budget refuse, weight 1 in place of"
                + " budget 2h/day, over-budget refuse, weight 1, in the tokens file",
            "token-add oidc:eve, role by the provider's groups, budget 2h/day, over-budget refuse,"
                + " weight 1, in the tokens file")
        .hasSize(3);
  }

  @Test
  void saysNoChange_whereTheCoordinatorBeforeRememberedNoBudgets() throws Exception {
    String mark = "ann submit " + HASH_OF_ANN.substring(0, 12);
    Files.writeString(folder.resolve("audit.tokens"), mark + "\n");

    changes().accept(List.of(ann("40h/month", "1")));
    assertThat(lines()).isEmpty();
    changes().accept(List.of(ann("50h/month", "1")));

    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0)).startsWith("token-change ann, budget 50h/month");
  }

  @Test
  void keepsNeitherSecretsNorWholeHashes() throws Exception {
    changes().accept(List.of(ANN));

    String all =
        Files.readString(folder.resolve("audit.jsonl"))
            + Files.readString(folder.resolve("audit.tokens"));
    assertThat(all).contains("ann").doesNotContain("secret-of-ann", HASH_OF_ANN);
  }
}
