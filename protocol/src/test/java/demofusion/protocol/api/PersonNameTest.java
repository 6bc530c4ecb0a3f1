package demofusion.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonNameTest {
  @ParameterizedTest
  @CsvSource({
    "ann, oidc:ann",
    "f81d4fae-7dec-11d0, oidc:f81d4fae-7dec-11d0",
    "auth0|507f, oidc:auth0|507f",
    "https://id.example/ann, oidc:https://id.example/ann",
    "ann@example.org, oidc:ann@example.org",
    "Ann Smith, oidc:Ann%20Smith",
    "Ann%20Smith, oidc:Ann%2520Smith",
    "a#b=c, oidc:a%23b%3Dc",
    "Zoë, oidc:Zo%C3%AB"
  })
  void standsInALineOfATokensFile_andIsNobodyElses(String claim, String name) {
    assertThat(PersonName.of(claim)).isEqualTo(name);
    assertThat(TokenLine.parse(name + " - - weight=2").name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0001"})
  void hasNoControlCharacters_andIsNotEmpty(String claim) {
    if (claim.isEmpty()) {
      assertThatThrownBy(() -> PersonName.of(claim)).isInstanceOf(DemofusionException.class);
    } else {
      assertThat(PersonName.of(claim)).isEqualTo("oidc:%01");
    }
  }

  @Test
  void isNotEndless() {
    assertThat(PersonName.of("a".repeat(255))).hasSize(260);
    assertThatThrownBy(() -> PersonName.of("a".repeat(256)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("1 to 255 characters; this one has 256");
  }
}
