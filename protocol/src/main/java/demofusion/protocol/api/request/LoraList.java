package demofusion.protocol.api.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.LoraUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The LoRAs that a request names, in the order in which they are put into the model: as JSON a list
 * of names with weights, as a text "style:0.8:0.5, lines", which JSON may have too.
 */
@JsonSerialize(using = LoraList.Writer.class)
@JsonDeserialize(using = LoraList.Reader.class)
public record LoraList(List<Entry> entries) {
  private static final String NUMBER = "([+-]?\\d*\\.?\\d+(?:[eE][+-]?\\d+)?)";
  private static final Pattern TEXT =
      Pattern.compile("(.+?)(?::" + NUMBER + ")?(?::" + NUMBER + ")?");

  /**
   * One of them.
   *
   * @param name of its file without the ending, or the file
   * @param weight null: 1
   * @param textWeight null: the weight
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Entry(
      @JsonProperty(required = true) String name,
      @Nullable Double weight,
      @Nullable Double textWeight) {
    public Entry {
      Objects.requireNonNull(name, "name");
    }

    /**
     * Reads NAME[:WEIGHT[:TEXT_WEIGHT]].
     *
     * @throws DemofusionException BAD_REQUEST if there is no name
     */
    public static Entry parse(String text) {
      Matcher matcher = TEXT.matcher(text.strip());
      if (!matcher.matches()) {
        throw DemofusionException.badRequest(
            "the LoRA \"" + text + "\" must be NAME[:WEIGHT[:TEXT_WEIGHT]]");
      }
      return new Entry(matcher.group(1), number(matcher.group(2)), number(matcher.group(3)));
    }

    private static @Nullable Double number(@Nullable String text) {
      return text == null ? null : Double.valueOf(text);
    }

    static Entry of(LoraUse use) {
      return new Entry(use.name(), use.weight(), use.textWeight());
    }

    /** Under another name. */
    public Entry named(String other) {
      return new Entry(other, weight, textWeight);
    }

    /** Still to be looked up. */
    public LoraUse toUse() {
      double unet = weight == null ? 1 : weight;
      return LoraUse.named(name, unet, textWeight == null ? unet : textWeight);
    }

    @Override
    public String toString() {
      LoraUse use = toUse();
      boolean isPlain = name.indexOf(':') < 0;
      if (isPlain && use.weight() == use.textWeight()) {
        return use.weight() == 1 ? name : name + ":" + shortened(use.weight());
      }
      return name + ":" + shortened(use.weight()) + ":" + shortened(use.textWeight());
    }

    private static String shortened(double number) {
      String text = Double.toString(number);
      return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
  }

  public LoraList {
    entries = List.copyOf(entries);
  }

  static LoraList of(List<LoraUse> uses) {
    return new LoraList(uses.stream().map(Entry::of).toList());
  }

  /**
   * Reads a text.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public static LoraList parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      if (!one.isBlank()) {
        entries.add(Entry.parse(one));
      }
    }
    return new LoraList(entries);
  }

  public List<LoraUse> toUses() {
    return entries.stream().map(Entry::toUse).toList();
  }

  @Override
  public String toString() {
    return entries.stream().map(Entry::toString).collect(Collectors.joining(", "));
  }

  static final class Writer extends JsonSerializer<LoraList> {
    @Override
    public void serialize(LoraList list, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartArray();
      for (Entry entry : list.entries()) {
        provider.defaultSerializeValue(entry, json);
      }
      json.writeEndArray();
    }
  }

  static final class Reader extends JsonDeserializer<LoraList> {
    @Override
    public LoraList deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      if (json.hasToken(JsonToken.VALUE_STRING)) {
        return parse(json.getText());
      }
      List<@Nullable Entry> entries = Arrays.asList(context.readValue(json, Entry[].class));
      if (entries.contains(null)) {
        return context.reportInputMismatch(LoraList.class, "a LoRA must not be null");
      }
      return new LoraList(Arrays.asList(entries.toArray(Entry[]::new)));
    }
  }
}
