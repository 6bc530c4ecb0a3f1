package demofusion.coordinator.http;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the OpenAPI document says of an {@link Endpoint} besides its path and role. What all
 * endpoints of a kind refuse (a token that is not known, a body that is no JSON) is not said here.
 */
public final class Operation {
  /**
   * A value beside the body.
   *
   * @param in query, header or path
   * @param schema keywords of JSON Schema, as in {@code type: 'integer', minimum: 1}
   */
  record Parameter(String name, String in, String text, String schema) {}

  /**
   * An answer that is no refusal.
   *
   * @param json what its body is the JSON of; null: its body is none
   * @param isList whether the body is a list of those
   * @param mediaType of its body; null: it has none
   */
  record Answer(
      int status,
      String text,
      @Nullable Class<?> json,
      boolean isList,
      @Nullable String mediaType,
      List<String> headers) {
    Answer {
      headers = List.copyOf(headers);
    }
  }

  private static final String JSON = "application/json";

  private final String id;
  private final String tag;
  private final String summary;
  private String detail = "";
  private @Nullable Class<?> request;
  private @Nullable String form;
  private @Nullable Class<?> multipart;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Integer> refusals = new ArrayList<>();

  private Operation(String id, String tag, String summary) {
    this.id = id;
    this.tag = tag;
    this.summary = summary;
  }

  /**
   * An operation that is yet without parameters, body and answers.
   *
   * @param id unique in its document
   * @param tag of the group that it is shown in
   * @param summary one sentence
   */
  public static Operation of(String id, String tag, String summary) {
    return new Operation(id, tag, summary);
  }

  /** Says more than the summary. */
  public Operation detail(String text) {
    detail = text;
    return this;
  }

  public Operation query(String name, String text, String schema) {
    parameters.add(new Parameter(name, "query", text, schema));
    return this;
  }

  public Operation header(String name, String text, String schema) {
    parameters.add(new Parameter(name, "header", text, schema));
    return this;
  }

  /** Its body is the JSON of one of these. */
  public Operation takes(Class<?> json) {
    request = json;
    return this;
  }

  /** Its body is an HTML form with this one field. */
  public Operation takesForm(String field) {
    form = field;
    return this;
  }

  /** Or it is a form with files, whose fields are those of one of these. */
  public Operation orTakesFiles(Class<?> fields) {
    multipart = fields;
    return this;
  }

  /** An answer without a body. */
  public Operation answers(int status, String text) {
    answers.add(new Answer(status, text, null, false, null, List.of()));
    return this;
  }

  /** An answer of another kind than JSON. */
  public Operation answersWith(int status, String text, String mediaType, String... headers) {
    answers.add(new Answer(status, text, null, false, mediaType, List.of(headers)));
    return this;
  }

  public Operation answers(int status, String text, Class<?> json, String... headers) {
    answers.add(new Answer(status, text, json, false, JSON, List.of(headers)));
    return this;
  }

  public Operation answersList(int status, String text, Class<?> json) {
    answers.add(new Answer(status, text, json, true, JSON, List.of()));
    return this;
  }

  /** A stream of server-sent events, the data of each the JSON of one of these. */
  public Operation answersEvents(int status, String text, Class<?> json) {
    answers.add(new Answer(status, text, json, false, "text/event-stream", List.of()));
    return this;
  }

  /** With these statuses, besides those of all endpoints of its kind. */
  public Operation refuses(int... statuses) {
    IntStream.of(statuses).forEach(refusals::add);
    return this;
  }

  String id() {
    return id;
  }

  String tag() {
    return tag;
  }

  String summary() {
    return summary;
  }

  String detail() {
    return detail;
  }

  public @Nullable Class<?> request() {
    return request;
  }

  public @Nullable Class<?> multipart() {
    return multipart;
  }

  @Nullable String form() {
    return form;
  }

  List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  List<Answer> answers() {
    return List.copyOf(answers);
  }

  public List<Integer> refusals() {
    return List.copyOf(refusals);
  }
}
