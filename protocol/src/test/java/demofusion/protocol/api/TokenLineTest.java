package demofusion.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.Budget;
import demofusion.protocol.api.usage.OverBudget;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenLineTest {
  private static final String PLAIN = "ann submit " + "0".repeat(64);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " budget=40h/month over-budget=refuse",
        " budget=2.5h/day over-budget=wait weight=0.25",
        " weight=10"
      })
  void isReadAsItIsWritten(String words) {
    TokenLine line = TokenLine.parse(PLAIN + words);

    assertThat(line).hasToString(PLAIN + words);
    assertThat(TokenLine.parse(line.toString())).isEqualTo(line);
  }

  @Test
  void isReadAsItIsWritten_ofSomebodyWhoSignsInWithAProvider() {
    String text = "oidc:auth0|12%20 - - budget=40h/month over-budget=wait weight=2";
    TokenLine line = TokenLine.parse(text);

    assertThat(line).hasToString(text);
    assertThat(line.isToken()).isFalse();
    assertThat(line.isOf(TokenLine.hash("-"))).isFalse();
    assertThat(line.allowance().weight()).isEqualTo(new BigDecimal(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oidc:ann submit ", "oidc:ann - ", "ann - "})
  void isEitherATokenOrSomebodyWhoSignsIn(String beginning) {
    assertThatThrownBy(() -> TokenLine.parse(beginning + "0".repeat(64)))
        .hasMessageNotContaining("000");
    assertThatThrownBy(() -> TokenLine.parse("ann submit -"))
        .hasMessageContaining("must be 64 hexadecimal digits");
    assertThatThrownBy(() -> TokenLine.parse("oidc: - -"))
        .hasMessageContaining("must be oidc: and 1 to 255 characters");
    assertThatThrownBy(() -> TokenLine.parse("ann:oidc view " + "0".repeat(64)))
        .hasMessageContaining("must be 1 to 64 letters");
  }

  @Test
  void saysWhatItsOwnerMayHave() {
    Allowance allowance =
        TokenLine.parse(PLAIN + " weight=2 budget=1.5h/month over-budget=warn").allowance();

    Budget budget = Objects.requireNonNull(allowance.budget());
    assertThat(budget.seconds()).isEqualTo(5400);
    assertThat(budget.per().begin(LocalDate.parse("2026-11-30"))).isEqualTo("2026-11-01");
    assertThat(budget.per().end(LocalDate.parse("2026-11-30"))).isEqualTo("2026-12-01");
    assertThat(allowance.overBudget()).isEqualTo(OverBudget.WARN);
    assertThat(allowance.weight()).isEqualTo(new BigDecimal(2));
    assertThat(TokenLine.parse(PLAIN).allowance()).isEqualTo(Allowance.USUAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "the-secret-itself         | three words; this one has 4",
        "budget=40                 | budget \"40\" must be hours of a GPU per day or month",
        "budget=0h/day             | a budget of 0 hours must be above 0",
        "budget=1h/day budget=2h/day | only one budget",
        "over-budget=wait          | over-budget wait needs a budget",
        "budget=1h/day over-budget=stop | \"stop\" must be refuse, wait or warn",
        "weight=0                  | weight 0 must be between 0.01 and 100",
        "weight=heavy              | weight must be a number between 0.01 and 100"
      })
  void refusesWhatMakesNoSense_andQuotesNoSecret(String words, String why) {
    assertThatThrownBy(() -> TokenLine.parse(PLAIN + " " + words))
        .hasMessageContaining(why)
        .hasMessageNotContaining("secret-itself");
  }
}
