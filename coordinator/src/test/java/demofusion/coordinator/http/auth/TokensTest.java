package demofusion.coordinator.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
  private static final String ANNA = TokenLine.of("anna", Role.SUBMIT, "anna's secret") + "\n";
  private static final String BERT = TokenLine.of("bert", Role.VIEW, "bert's secret") + "\n";

  private final AtomicLong now = new AtomicLong();
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("tokens");
  }

  private Tokens open(String text) throws Exception {
    Files.writeString(file, text);
    return Tokens.open(file, now::get);
  }

  private void afterASecond() {
    now.addAndGet(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void knowsItsSecrets_andNoOthers() throws Exception {
    Tokens tokens = open("# who may come in\n\n" + ANNA + "  " + BERT.strip() + "  # until May\n");

    assertThat(tokens.find("anna's secret")).hasValue(new Caller("anna", Role.SUBMIT));
    assertThat(tokens.find("bert's secret")).hasValue(new Caller("bert", Role.VIEW));
    assertThat(tokens.find("anna's Secret")).isEmpty();
    assertThat(tokens.find("")).isEmpty();
    assertThat(
            tokens.find(
                Objects.requireNonNull(TokenLine.of("a", Role.VIEW, "anna's secret").sha256())))
        .isEmpty();
  }

  @Test
  void letNobodyIn_byTheLineOfSomebodyWhoSignsInWithAProvider() throws Exception {
    Tokens tokens = open(ANNA + "oidc:bert - - budget=2h/day\n");

    assertThat(tokens.lines()).hasSize(2);
    assertThat(tokens.find("-")).isEmpty();
    assertThat(tokens.find("")).isEmpty();
    assertThatThrownBy(() -> open("oidc:bert - - weight=2\n"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("contains no token");
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void waitsForNobody_whenTheFileIsAPipe() throws Exception {
    Tokens tokens = open(ANNA);
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    afterASecond();

    assertThat(tokens.find("anna's secret")).isEmpty();
    assertThatThrownBy(() -> Tokens.open(file, now::get))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("it is not a regular file");
  }

  @Test
  void hashesAsEveryoneDoes() {
    assertThat(TokenLine.of("anna", Role.VIEW, "abc"))
        .hasToString("anna view ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void readsAChangedFileAgain_afterASecond() throws Exception {
    Tokens tokens = open(ANNA);
    Files.writeString(file, ANNA + BERT);

    assertThat(tokens.find("bert's secret")).isEmpty();
    afterASecond();
    assertThat(tokens.find("bert's secret")).isPresent();
  }

  @Test
  void letsNobodyIn_whenTheFileIsGoneOrBroken_untilItIsMended() throws Exception {
    Tokens tokens = open(ANNA);

    Files.delete(file);
    afterASecond();
    assertThat(tokens.find("anna's secret")).isEmpty();

    Files.writeString(file, ANNA);
    afterASecond();
    assertThat(tokens.find("anna's secret")).isPresent();

    Files.writeString(file, ANNA + "bert\n");
    afterASecond();
    assertThat(tokens.find("anna's secret")).isEmpty();

    Files.writeString(file, ANNA);
    afterASecond();
    assertThat(tokens.find("anna's secret")).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          anna submit       | , line 1: a token line is NAME ROLE SHA256, three words; this one has 2 (after them only budget=40h/month, over-budget=refuse, wait or warn, and weight=1 may stand)
          anna admin 00     | , line 1: role "admin" must be view, submit, operate or work
          an:na view 00     | , line 1: token name "an:na" must be 1 to 64 letters, digits, dots, dashes, underscores or @
          anna view secret  | , line 1: the hash of token anna must be 64 hexadecimal digits, as sha256sum prints them
          # nobody          | ' contains no token, so nobody could use the API; add one'
          """)
  void saysWhichLineIsWrong_withoutItsSecret(String line, String sentence) {
    assertThatThrownBy(() -> open(line + "\n"))
        .isInstanceOf(DemofusionException.class)
        .hasMessage("tokens file " + file + sentence);
  }

  @Test
  void saysThatThereIsNoFile() {
    assertThatThrownBy(() -> Tokens.open(file, now::get))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("tokens file " + file + " cannot be read");
  }
}
