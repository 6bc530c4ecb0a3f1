package demofusion.protocol.api.request;

import demofusion.protocol.api.request.condition.AdapterList;
import demofusion.protocol.api.request.condition.ControlList;
import demofusion.protocol.api.request.region.RegionList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One field of a request, as a row of {@link RequestFields#ALL} declares it: its name in JSON, its
 * option of the command line, its name in a picture's text, what it may be, how it is read and
 * written, and what people are told of it. Everything that lists fields takes them from there.
 */
public final class Field<T> {
  /** Where a field is found besides JSON; a row that leaves one out says so. */
  public enum Surface {
    /** An option of {@code render} or {@code submit}. */
    COMMAND_LINE,
    /** The text in a picture's file. */
    PICTURE_TEXT,
    /** The settings that other programs' APIs have no name for. */
    GUESTS,
    /** The form of the page. */
    PAGE
  }

  /** What the page shows a field as. */
  public enum Control {
    PROMPT,
    TEXT,
    NUMBER,
    SWITCH,
    CHOICE,
    SIZE,
    SEED,
    MODEL,
    FILE,
    /** Drawn on a small picture, with a row for each. */
    REGIONS,
    /** ControlNets in rows, each with its picture. */
    CONTROLS,
    /** IP-Adapters in rows, each with its pictures. */
    ADAPTERS
  }

  private static final Set<Class<?>> LISTS =
      Set.of(LoraList.class, RegionList.class, ControlList.class, AdapterList.class);

  private final String name;
  private final FieldKind<?, T> kind;
  private final Function<JobRequest, @Nullable T> get;
  private final BiConsumer<JobRequest.Builder, T> set;
  private final Set<Surface> absent = EnumSet.noneOf(Surface.class);
  private boolean isRequired;
  private boolean hasStandard = true;
  private @Nullable Object standard;
  private boolean isRecommendable;
  private Predicate<RenderSpec> isRecommended = spec -> true;
  private Consumer<T> check = value -> {};
  private @Nullable String option;
  private @Nullable String eachOption;
  private @Nullable String recordedName;
  private int recordedPlace;
  private Function<RenderSpec, @Nullable String> recorded;
  private Function<String, @Nullable String> recordedOption = text -> text;
  private Predicate<RenderSpec> isRecorded = spec -> true;
  private int guestArgument;
  private @Nullable FormGroup group;
  private Control control;
  private String label = "";
  private String help = "";
  private String otherwise = "";
  private List<String> suggestions = List.of();
  private @Nullable String preselected;
  private @Nullable String needs;
  private @Nullable String example;
  private boolean isStudied;
  private boolean isCompared;

  private Field(
      String name,
      FieldKind<?, T> kind,
      Function<JobRequest, @Nullable T> get,
      BiConsumer<JobRequest.Builder, T> set) {
    this.name = name;
    this.kind = kind;
    this.get = get;
    this.set = set;
    recorded = spec -> text(JobRequest.of(spec));
    control =
        !kind.choices().isEmpty()
            ? Control.CHOICE
            : kind.json() == Boolean.class
                ? Control.SWITCH
                : kind.json() == String.class ? Control.TEXT : Control.NUMBER;
  }

  /** A field of the request as a whole. */
  static <T> Field<T> of(
      String name,
      FieldKind<?, T> kind,
      Function<JobRequest, @Nullable T> get,
      BiConsumer<JobRequest.Builder, T> set) {
    return new Field<>(name, kind, get, set);
  }

  /** A field of what decides the picture. */
  static <T> Field<T> ofSpec(
      String name,
      FieldKind<?, T> kind,
      Function<RenderSpec, @Nullable T> get,
      BiConsumer<RenderSpec.Builder, T> set) {
    return of(
        name,
        kind,
        request -> get.apply(request.spec()),
        (builder, value) -> set.accept(builder.spec, value));
  }

  // What a row says.

  Field<T> required() {
    isRequired = true;
    return withoutStandard();
  }

  /** If it is not given, it is random or follows from another field. */
  Field<T> withoutStandard() {
    hasStandard = false;
    return this;
  }

  /** What is taken in the end where nothing is given and the model recommends nothing. */
  Field<T> standard(Object value) {
    standard = value;
    return this;
  }

  /** A model may say what is taken where a request is silent, which is where the value is null. */
  Field<T> recommendable() {
    isRecommendable = true;
    return this;
  }

  /** The same, where it means something to a request. */
  Field<T> recommendable(Predicate<RenderSpec> where) {
    isRecommended = where;
    return recommendable();
  }

  /** What a value must keep to besides its kind. */
  Field<T> checked(Consumer<T> rule) {
    check = rule;
    return this;
  }

  /** By its long name. */
  Field<T> option(String longName) {
    option = longName;
    return this;
  }

  /** By the long name of the option that gives one of several, and so all of them anew. */
  Field<T> each(String longName) {
    eachOption = longName;
    return this;
  }

  /**
   * @param place in a picture's text, counted from 1
   */
  Field<T> recorded(String as, int place) {
    recordedName = as;
    recordedPlace = place;
    return this;
  }

  Field<T> recordedIf(Predicate<RenderSpec> condition) {
    isRecorded = condition;
    return this;
  }

  /**
   * @param write a specification's value in a picture's text; null: it is left out
   * @param read that text as an option's; null: no option is given so
   */
  Field<T> recordedAs(
      Function<RenderSpec, @Nullable String> write, Function<String, @Nullable String> read) {
    recorded = write;
    recordedOption = read;
    return this;
  }

  /**
   * @param number of the argument in other programs, counted from 1
   */
  Field<T> guestArgument(int number) {
    guestArgument = number;
    return this;
  }

  Field<T> form(FormGroup in, String as, String sentence) {
    group = in;
    return described(as, sentence);
  }

  Field<T> described(String as, String sentence) {
    label = as;
    help = sentence;
    return this;
  }

  Field<T> control(Control shown) {
    control = shown;
    return this;
  }

  /** What is taken where nothing is given and the standard value does not say it. */
  Field<T> otherwise(String words) {
    otherwise = words;
    return this;
  }

  /** Values that the page offers of many. */
  Field<T> suggesting(String... values) {
    suggestions = List.of(values);
    control = Control.CHOICE;
    return this;
  }

  /** A choice that the page begins with, where that is not the standard. */
  Field<T> preselecting(String choice) {
    preselected = choice;
    return this;
  }

  /** It means something only beside another field. */
  Field<T> needs(String other) {
    needs = other;
    return this;
  }

  Field<T> example(String text) {
    example = text;
    return this;
  }

  /** {@code study} takes it through several values. */
  Field<T> studied() {
    isStudied = true;
    return this;
  }

  /** {@code compare} switches it off to see what it does. */
  Field<T> compared() {
    isCompared = true;
    return this;
  }

  Field<T> notOn(Surface... surfaces) {
    absent.addAll(List.of(surfaces));
    return this;
  }

  // What is made of it.

  /** In JSON. */
  public String name() {
    return name;
  }

  /** What its JSON is read as: a simple type, byte[], or a list of objects such as LoraList. */
  public Class<?> jsonClass() {
    return kind.json();
  }

  /** Its type in a JSON schema. */
  public String jsonType() {
    Class<?> json = kind.json();
    if (json == Boolean.class) {
      return "boolean";
    }
    if (Number.class.isAssignableFrom(json)) {
      return json == Integer.class || json == Long.class ? "integer" : "number";
    }
    return LISTS.contains(json) ? "array" : "string";
  }

  public @Nullable Number minimum() {
    return kind.range() == null ? null : plain(kind.range().least());
  }

  public boolean isMinimumExcluded() {
    return kind.range() != null && kind.range().isLeastExcluded();
  }

  public @Nullable Number maximum() {
    return kind.range() == null ? null : plain(kind.range().most());
  }

  public @Nullable Integer mostCharacters() {
    return kind.mostCharacters();
  }

  public @Nullable String pattern() {
    return kind.pattern();
  }

  /** All values that there are; empty: they are too many to name. */
  public List<String> choices() {
    return kind.choices();
  }

  /** As JSON has it; null: the farm chooses. */
  public @Nullable Object standard() {
    Object raw = standard;
    if (raw == null && hasStandard) {
      raw = raw(JobRequest.of(RenderSpec.of("", 0)));
    }
    return raw instanceof Number number ? plain(number) : raw;
  }

  /** Whole numbers without a fraction, as people write them. */
  private static Number plain(Number number) {
    boolean isWhole = number.doubleValue() == Math.rint(number.doubleValue());
    return isWhole ? (Number) number.longValue() : number;
  }

  /** What the page begins with; null: the standard. */
  public @Nullable String preselected() {
    return preselected;
  }

  public boolean isRequired() {
    return isRequired;
  }

  public @Nullable String option() {
    return option;
  }

  /** The option that gives one of what {@link #option} gives all of; null: there is none. */
  public @Nullable String eachOption() {
    return eachOption;
  }

  public @Nullable String recordedName() {
    return recordedName;
  }

  int recordedPlace() {
    return recordedPlace;
  }

  /** How a picture's text has it; null: not at all. */
  public @Nullable String recorded(RenderSpec spec) {
    return isRecorded.test(spec) ? recorded.apply(spec) : null;
  }

  /** What its option is given for such a text; null: nothing. */
  public @Nullable String recordedOption(String text) {
    return recordedOption.apply(text);
  }

  int guestArgument() {
    return guestArgument;
  }

  /** On the page; null: it is not there. */
  public @Nullable FormGroup group() {
    return group;
  }

  public Control control() {
    return control;
  }

  public String label() {
    return label;
  }

  public String help() {
    return help;
  }

  public String otherwise() {
    return otherwise;
  }

  public List<String> suggestions() {
    return suggestions;
  }

  public @Nullable String needs() {
    return needs;
  }

  public @Nullable String example() {
    return example;
  }

  public boolean isStudied() {
    return isStudied;
  }

  public boolean isCompared() {
    return isCompared;
  }

  /** Whether a model may recommend a value. */
  public boolean isRecommendable() {
    return isRecommendable;
  }

  /** Whether a request takes what its model recommends: it is silent, and the field concerns it. */
  boolean isLeftToModel(RenderSpec spec) {
    return isRecommended.test(spec) && raw(JobRequest.of(spec)) == null;
  }

  public boolean isAbsent(Surface surface) {
    return absent.contains(surface);
  }

  /** A request's value, as JSON has it; null: none. */
  public @Nullable Object raw(JobRequest request) {
    return raw(kind, get.apply(request));
  }

  private static <J, T> @Nullable J raw(FieldKind<J, T> kind, @Nullable T value) {
    return value == null ? null : kind.write().apply(value);
  }

  private @Nullable String text(JobRequest request) {
    Object raw = raw(request);
    return raw == null ? null : raw.toString();
  }

  /**
   * Reads a value as JSON has it.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST, naming the value and its bound
   */
  void put(Object raw, JobRequest.Builder builder) {
    set.accept(builder, read(raw));
  }

  /**
   * A value as JSON has it, by itself.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST, naming the value and its bound
   */
  public T read(Object raw) {
    T value = kind.value(raw, name);
    check.accept(value);
    return value;
  }

  /**
   * The same picture with another value of this field, which decides it.
   *
   * @param raw as JSON has it
   */
  public RenderSpec with(RenderSpec base, Object raw) {
    JobRequest.Builder builder = new JobRequest.Builder(base);
    put(raw, builder);
    return builder.build().spec();
  }

  @Override
  public String toString() {
    return name;
  }
}
