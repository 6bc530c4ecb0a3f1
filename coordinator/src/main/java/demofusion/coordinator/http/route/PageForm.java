package demofusion.coordinator.http.route;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.FormGroup;
import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.RequestFields;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page's form, as JSON that the page makes its controls of: a view of the table of fields. */
record PageForm(List<Group> groups, List<Choice> presets) {
  PageForm {
    groups = List.copyOf(groups);
    presets = List.copyOf(presets);
  }

  /**
   * A preset.
   *
   * @param settings by the fields' names
   * @param without fields that it leaves at their standard
   */
  record Choice(
      String name,
      String label,
      String sentence,
      Map<String, Object> settings,
      List<String> without) {
    Choice {
      settings = Map.copyOf(settings);
      without = List.copyOf(without);
    }

    private static Choice of(Preset preset) {
      return new Choice(
          preset.toString(),
          preset.label(),
          preset.sentence(),
          preset.settings(),
          preset.without().stream().map(Field::name).toList());
    }
  }

  /**
   * Fields that stand together.
   *
   * @param heading empty: none
   */
  record Group(String heading, List<Entry> fields) {
    Group {
      fields = List.copyOf(fields);
    }
  }

  /**
   * One field.
   *
   * @param name in a request's JSON
   * @param control what it is shown as, see {@link Field.Control}
   * @param standard null: the farm chooses
   * @param otherwise what is taken where nothing is given, in words; empty: the standard value
   * @param isWhole whether a number is a whole one
   * @param choices empty: any value of its kind
   * @param preselected the choice that the form begins with; null: what nothing given means
   * @param needs the field without which this one means nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Entry(
      String name,
      String label,
      String help,
      String control,
      boolean required,
      @Nullable Object standard,
      String otherwise,
      @Nullable Number minimum,
      @Nullable Number maximum,
      boolean isWhole,
      @Nullable Integer mostCharacters,
      List<String> choices,
      @Nullable String preselected,
      @Nullable String example,
      @Nullable String needs) {
    Entry {
      choices = List.copyOf(choices);
    }

    private static Entry of(Field<?> field) {
      return new Entry(
          field.name(),
          field.label(),
          field.help(),
          field.control().name().toLowerCase(Locale.ROOT),
          field.isRequired(),
          field.standard(),
          field.otherwise(),
          field.minimum(),
          field.maximum(),
          field.jsonType().equals("integer"),
          field.mostCharacters(),
          field.suggestions().isEmpty() ? field.choices() : field.suggestions(),
          field.preselected(),
          field.example(),
          field.needs());
    }
  }

  static PageForm ofAllFields() {
    return new PageForm(
        Arrays.stream(FormGroup.values())
            .map(group -> new Group(group.heading(), fields(group)))
            .toList(),
        Arrays.stream(Preset.values()).map(Choice::of).toList());
  }

  private static List<Entry> fields(FormGroup group) {
    return RequestFields.ALL.stream()
        .filter(field -> field.group() == group)
        .map(Entry::of)
        .toList();
  }
}
