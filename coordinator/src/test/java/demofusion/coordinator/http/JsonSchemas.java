package demofusion.coordinator.http;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomDefinition.AttributeInclusion;
import com.github.victools.jsonschema.generator.CustomDefinition.DefinitionType;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaBuilder;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.impl.PropertySortUtils;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.Schema;
import demofusion.protocol.api.request.NewPicture;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON schemas of the API's records: from their types, their JSON and their {@link Schema}. */
final class JsonSchemas {
  private static final JsonMapper RELAXED =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();

  /** Values that are one string in JSON. */
  private static final Map<Class<?>, String> TEXTS =
      Map.of(
          Instant.class, "type: 'string', format: 'date-time'",
          Duration.class, "type: 'string', format: 'duration'",
          JobId.class, "type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'");

  private final SchemaBuilder builder;

  /**
   * @param requests records that are read, where a component may be left out that may be null
   */
  JsonSchemas(Set<Class<?>> requests) {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(
                JsonMapper.builder().build(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule())
            .with(
                Option.NONPUBLIC_NONSTATIC_FIELDS_WITHOUT_GETTERS,
                Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                Option.DEFINITIONS_FOR_ALL_OBJECTS,
                Option.ALLOF_CLEANUP_AT_THE_END);
    config
        .forTypesInGeneral()
        .withCustomDefinitionProvider((type, context) -> known(type))
        .withDefinitionNamingStrategy((key, context) -> name(key.getType().getErasedType()))
        .withPropertySorter(PropertySortUtils.SORT_PROPERTIES_FIELDS_BEFORE_METHODS)
        .withTypeAttributeOverride(
            (node, scope, context) -> describe(node, note(scope.getType().getErasedType())));
    config
        .forFields()
        .withRequiredCheck(field -> isRequired(field, requests))
        .withNullableCheck(field -> isNullable(field) && !mayBeLeftOut(field, requests))
        .withInstanceAttributeOverride(
            (node, field, context) -> {
              Schema note = field.getAnnotation(Schema.class);
              if (!field.isFakeContainerItemScope()) {
                describe(node, note);
              } else if (note != null
                  && keywords(note.rules()).get("items") instanceof ObjectNode items) {
                node.setAll(items);
              }
            });
    builder = new SchemaGenerator(config.build()).buildMultipleSchemaDefinitions();
  }

  /** A schema's name in the document. */
  static String name(Class<?> type) {
    Schema note = note(type);
    return note == null || note.name().isEmpty() ? type.getSimpleName() : note.name();
  }

  /** What refers to a type's schema, or is it. */
  ObjectNode of(Type type, Type... parameters) {
    return builder.createSchemaReference(type, parameters);
  }

  /** All that was asked for, by their names. */
  ObjectNode all() {
    return builder.collectDefinitions("components/schemas");
  }

  /** Keywords of a schema, as {@link Schema#rules} has them. */
  static ObjectNode keywords(String rules) {
    try {
      return (ObjectNode) RELAXED.readTree("{" + rules + "}");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(rules + " are no keywords of a schema", e);
    }
  }

  /** Types whose schemas are not made of their fields. */
  private static @Nullable CustomDefinition known(ResolvedType type) {
    Class<?> erased = type.getErasedType();
    if (erased == NewPicture.class) {
      ObjectNode request = RequestSchema.make();
      describe(request, note(erased));
      return shared(request);
    }
    if (erased.isEnum()) {
      return erased == JobState.class ? shared(names(erased)) : inline(names(erased));
    }
    if (Map.class.isAssignableFrom(erased)) {
      List<ResolvedType> parameters = type.getTypeParameters();
      boolean isOfTexts =
          parameters.size() == 2 && parameters.get(1).getErasedType() == String.class;
      return inline(
          keywords(
              "type: 'object', additionalProperties: "
                  + (isOfTexts ? "{type: 'string'}" : "true")));
    }
    String text = TEXTS.get(erased);
    return text == null ? null : inline(keywords(text));
  }

  private static ObjectNode names(Class<?> type) {
    ObjectNode names = keywords("type: 'string'");
    for (Object constant : type.getEnumConstants()) {
      names.withArray("enum").add(RELAXED.valueToTree(constant));
    }
    return names;
  }

  private static CustomDefinition inline(ObjectNode schema) {
    return new CustomDefinition(schema, DefinitionType.INLINE, AttributeInclusion.YES);
  }

  private static CustomDefinition shared(ObjectNode schema) {
    return new CustomDefinition(schema, DefinitionType.ALWAYS_REF, AttributeInclusion.NO);
  }

  private static @Nullable Schema note(Class<?> type) {
    return type.getAnnotation(Schema.class);
  }

  private static void describe(ObjectNode node, @Nullable Schema note) {
    if (note != null) {
      if (!note.value().isEmpty()) {
        node.put("description", note.value());
      }
      for (Map.Entry<String, JsonNode> rule : keywords(note.rules()).properties()) {
        node.set(rule.getKey(), rule.getValue());
      }
    }
  }

  private static boolean isNullable(FieldScope field) {
    return field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static boolean isRequired(FieldScope field, Set<Class<?>> requests) {
    JsonProperty property = field.getAnnotation(JsonProperty.class);
    boolean isWritten = !isNullable(field) || !mayBeLeftOut(field, requests);
    return (isWritten && !isLeftOutWhenEmpty(field)) || (property != null && property.required());
  }

  private static boolean isLeftOutWhenEmpty(FieldScope field) {
    JsonInclude own = field.getAnnotation(JsonInclude.class);
    return own != null && own.value() == JsonInclude.Include.NON_EMPTY;
  }

  /** Whether nothing is written where null would be, or need be. */
  private static boolean mayBeLeftOut(FieldScope field, Set<Class<?>> requests) {
    Class<?> owner = field.getRawMember().getDeclaringClass();
    JsonInclude own = field.getAnnotation(JsonInclude.class);
    JsonInclude include = own == null ? owner.getAnnotation(JsonInclude.class) : own;
    return requests.stream().anyMatch(owner::isAssignableFrom)
        || (include != null && include.value() == JsonInclude.Include.NON_NULL);
  }
}
