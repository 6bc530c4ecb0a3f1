package demofusion.protocol.api.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.api.ApiJson;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of fields: every row does what it says, and nothing to another row's value. */
class RequestFieldsTest {
  private static final JsonMapper JSON = ApiJson.strict(1_000_000);
  private static final RenderSpec STANDARD = RenderSpec.of("a fox", 1);

  static Stream<Field<?>> fields() {
    return RequestFields.ALL.stream();
  }

  @Test
  void hasEveryNameOnce() {
    assertThat(fields().map(Field::name)).doesNotHaveDuplicates();
    assertThat(fields().map(Field::option)).doesNotHaveDuplicates();
  }

  @Test
  void keepsTheGuestsArgumentsWhereTheyWere() {
    assertThat(RequestFields.GUESTS.stream().map(Field::name))
        .startsWith(
            "stride",
            "viewBatch",
            "sigma",
            "cosineScale1",
            "cosineScale2",
            "cosineScale3",
            "method",
            "skipResidual",
            "dilated",
            "progressive",
            "gaussian",
            "jitter",
            "guidanceRescale",
            "prompt2",
            "negativePrompt2",
            "originalSize",
            "crop",
            "threads",
            "priority",
            "targetSize",
            "referenceOddities");
    assertThat(RequestFields.GUESTS.stream().map(Field::guestArgument))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, RequestFields.GUESTS.size()).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("fields")
  void changesItsOwnValueAlone_onTheWayThroughJson(Field<?> field) throws Exception {
    Object sample = FieldSamples.of(field);
    JobRequest.Builder changed = new JobRequest.Builder(STANDARD);
    field.put(sample, changed);
    FieldSamples.neededBy(field).forEach(needed -> needed.put(FieldSamples.of(needed), changed));
    JobRequest request = changed.build();

    byte[] json = JSON.writeValueAsBytes(NewPicture.of(request));
    JobRequest read = JSON.readValue(json, NewPicture.class).toRequest(() -> 1);

    assertThat(read).usingRecursiveComparison().isEqualTo(request);
    assertThat(field.raw(read)).isEqualTo(sample);
    assertThat(fields().filter(other -> !sameValue(other, read))).isSubsetOf(changedWith(field));
  }

  private static boolean sameValue(Field<?> field, JobRequest request) {
    return Objects.deepEquals(field.raw(request), field.raw(JobRequest.of(STANDARD)));
  }

  private static List<Field<?>> changedWith(Field<?> field) {
    return Stream.concat(Stream.of(field), FieldSamples.neededBy(field).stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void staysInACopy(Field<?> field) {
    JobRequest.Builder changed = new JobRequest.Builder(STANDARD);
    field.put(FieldSamples.of(field), changed);
    FieldSamples.neededBy(field).forEach(needed -> needed.put(FieldSamples.of(needed), changed));
    RenderSpec spec = changed.build().spec();

    assertThat(spec.toBuilder().build()).isEqualTo(spec);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void saysWhatItIs(Field<?> field) {
    assertThat(field.label()).isNotBlank();
    assertThat(field.help()).isNotBlank().endsWith(".");
    if (field.pattern() != null) {
      assertThat(String.valueOf(field.example())).matches(field.pattern());
    }
  }
}
