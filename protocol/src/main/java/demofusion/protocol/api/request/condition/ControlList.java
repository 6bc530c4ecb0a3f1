package demofusion.protocol.api.request.condition;

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
import java.io.IOException;
import java.util.List;

/** ControlNets as JSON has them: a list, or a text with that list in it. */
@JsonSerialize(using = ControlList.Writer.class)
@JsonDeserialize(using = ControlList.Reader.class)
public record ControlList(List<ControlEntry> entries) {
  private static final String WHAT = "ControlNets";
  private static final String EXAMPLE = "[{\"name\":\"tile\",\"image\":\"phase\"}]";

  public ControlList {
    entries = List.copyOf(entries);
  }

  public static ControlList of(List<ControlUse> uses) {
    return new ControlList(uses.stream().map(ControlEntry::of).toList());
  }

  /**
   * Reads a text.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public static ControlList parse(String text) {
    return new ControlList(ListJson.parse(text, ControlEntry[].class, WHAT, EXAMPLE));
  }

  /**
   * Still to be looked up.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public List<ControlUse> toUses() {
    return entries.stream().map(ControlEntry::toUse).toList();
  }

  /** The list, as JSON. */
  @Override
  public String toString() {
    return ListJson.text(entries);
  }

  /** The same, with pictures' hashes in the place of their files. */
  public static String textWithHashes(List<ControlUse> uses) {
    return ListJson.text(
        uses.stream().map(use -> ControlEntry.of(use, PictureBytes::hashText)).toList());
  }

  static final class Writer extends JsonSerializer<ControlList> {
    @Override
    public void serialize(ControlList list, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(list.entries(), json);
    }
  }

  static final class Reader extends JsonDeserializer<ControlList> {
    @Override
    public ControlList deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return json.hasToken(JsonToken.VALUE_STRING)
          ? parse(json.getText())
          : new ControlList(ListJson.read(json, context, ControlEntry[].class, WHAT));
    }
  }
}
