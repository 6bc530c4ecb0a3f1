package demofusion.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "congo=t61rcWkgMzE                 | congo=t61rcWkgMzE",
        "rojo=00f067aa0ba902b7 , congo=a b | rojo=00f067aa0ba902b7,congo=a b",
        "a=1,,b=2,                         | a=1,b=2",
        "0tenant@vendor=opaque/*!          | 0tenant@vendor=opaque/*!"
      })
  void keepsWhatTracingSystemsWrote_inItsOrder(String header, String state) {
    TraceParent parent = TraceParent.parse(HEADER).orElseThrow().with(header);

    assertThat(parent.state()).isEqualTo(state);
    assertThat(parent).hasToString(HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "congo", "Congo=1", "=1", "a=", "a=1=2", "a=1,a=2", "a=\u00e9"})
  void hasNoState_whereThatIsNotWellFormed(String header) {
    assertThat(TraceParent.parse(HEADER).orElseThrow().with(header).state()).isEmpty();
  }

  @Test
  void keepsNoMoreThanSoMuchState() {
    TraceParent parent = TraceParent.parse(HEADER).orElseThrow();
    String most = entries(32, 4);

    assertThat(parent.with(most).state()).isEqualTo(most);
    assertThat(parent.with(entries(33, 4)).state()).isEmpty();
    assertThat(parent.with(entries(32, 200)).state()).isEmpty();
  }

  private static String entries(int count, int length) {
    return IntStream.range(0, count)
        .mapToObj(n -> "k" + n + "=" + "v".repeat(length))
        .collect(Collectors.joining(","));
  }

  @Test
  void cannotBeOfOtherNumbers() {
    assertThatThrownBy(() -> new TraceParent("abc", SPAN, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("abc");
  }
}
