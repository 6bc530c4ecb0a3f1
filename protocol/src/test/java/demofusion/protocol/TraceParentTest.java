package demofusion.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String HEADER = "00-" + TRACE + "-" + SPAN + "-01";

  @Test
  void isReadAsW3cHasIt_andWrittenTheSame() {
    TraceParent parent = TraceParent.parse(HEADER).orElseThrow();

    assertThat(parent).isEqualTo(new TraceParent(TRACE, SPAN, true)).hasToString(HEADER);
  }

  @Test
  void saysWhetherItIsRecorded_byItsLowestFlagAlone() {
    assertThat(TraceParent.parse(HEADER.replace("-01", "-02")).orElseThrow().isSampled()).isFalse();
    assertThat(TraceParent.parse(HEADER.replace("-01", "-03")).orElseThrow().isSampled()).isTrue();
  }

  @Test
  void isReadOfLaterVersions_asFarAsTheyAgree() {
    assertThat(TraceParent.parse("cc" + HEADER.substring(2) + "-what-comes-later"))
        .contains(new TraceParent(TRACE, SPAN, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        HEADER + "-more",
        HEADER + "0",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-1",
        "00-" + TRACE + "-" + SPAN,
        "cc" + "-" + TRACE + "-" + SPAN + "-01more"
      })
  void isAsIfNotThere_whereItIsNotWellFormed(String header) {
    assertThat(TraceParent.parse(header)).isEmpty();
  }

  @Test
  void cannotBeOfOtherNumbers() {
    assertThatThrownBy(() -> new TraceParent("abc", SPAN, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("abc");
  }
}
