package demofusion.deploy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.Budget;
import demofusion.protocol.api.usage.OverBudget;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensFileTest {
  @TempDir Path folder;
  private Path file = Path.of("tokens");

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("tokens");
  }

  @Test
  void writesWhatTheCoordinatorReads_andNotTheSecret() throws Exception {
    NewToken token = token("ann");

    new TokensFile(file).add(token, () -> {});

    String hash = FarmValues.sha256(token.secret().getBytes(StandardCharsets.UTF_8));
    assertThat(file).hasContent("ann submit " + hash + "\n");
    assertThat(TokenLine.parse(Files.readString(file).strip())).isEqualTo(token.line());
    assertThat(token.secret()).hasSize(43).matches("[A-Za-z0-9_-]+");
    assertThat(Files.getPosixFilePermissions(file))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void writesBudgets_ofThoseWhoSubmit() throws Exception {
    Allowance allowance =
        new Allowance(Budget.parse("40h/month"), OverBudget.WAIT, new BigDecimal(2));

    NewToken token = NewToken.of("ann", Role.SUBMIT, allowance, new SecureRandom());
    new TokensFile(file).add(token, () -> {});

    assertThat(file).content().endsWith(" budget=40h/month over-budget=wait weight=2\n");
    assertThatThrownBy(() -> NewToken.of("vic", Role.VIEW, allowance, new SecureRandom()))
        .hasMessageContaining("a token with the role view submits no jobs");
  }

  @Test
  void leavesWhatWasThere_alsoWithoutALineEnd() throws Exception {
    Files.writeString(file, "# ours\nbob view " + "0".repeat(64));

    new TokensFile(file).add(token("ann"), () -> {});

    assertThat(Files.readAllLines(file)).hasSize(3).startsWith("# ours");
  }

  @Test
  void refusesANameTwice() {
    TokensFile tokens = new TokensFile(file);
    tokens.add(token("ann"), () -> {});

    assertThatThrownBy(() -> tokens.add(token("ann"), () -> {}))
        .hasMessageContaining("already has a token for ann");
    assertThat(file).content().containsOnlyOnce("ann");
  }

  @Test
  void writesNothing_whenTheTokenReachedNobody() {
    Runnable lost =
        () -> {
          throw new IllegalStateException("stdout is full");
        };

    assertThatThrownBy(() -> new TokensFile(file).add(token("ann"), lost))
        .hasMessage("stdout is full");
    assertThat(file).isEmptyFile();
  }

  private static NewToken token(String name) {
    return NewToken.of(name, Role.SUBMIT, new SecureRandom());
  }
}
