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

/** IP-Adapters as JSON has them: a list, or a text with that list in it. */
@JsonSerialize(using = AdapterList.Writer.class)
@JsonDeserialize(using = AdapterList.Reader.class)
public record AdapterList(List<AdapterEntry> entries) {
  private static final String WHAT = "IP-Adapters";
  private static final String EXAMPLE =
      "[{\"name\":\"ip-adapter_sdxl\",\"images\":[\"…base64…\"]}]";

  public AdapterList {
    entries = List.copyOf(entries);
  }

  public static AdapterList of(List<AdapterUse> uses) {
    return new AdapterList(uses.stream().map(AdapterEntry::of).toList());
  }

  /**
   * Reads a text.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public static AdapterList parse(String text) {
    return new AdapterList(ListJson.parse(text, AdapterEntry[].class, WHAT, EXAMPLE));
  }

  /**
   * Still to be looked up.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public List<AdapterUse> toUses() {
    return entries.stream().map(AdapterEntry::toUse).toList();
  }

  /** The list, as JSON. */
  @Override
  public String toString() {
    return ListJson.text(entries);
  }

  /** The same, with pictures' hashes in the place of their files. */
  public static String textWithHashes(List<AdapterUse> uses) {
    return ListJson.text(
        uses.stream().map(use -> AdapterEntry.of(use, PictureBytes::hashText)).toList());
  }

  static final class Writer extends JsonSerializer<AdapterList> {
    @Override
    public void serialize(AdapterList list, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(list.entries(), json);
    }
  }

  static final class Reader extends JsonDeserializer<AdapterList> {
    @Override
    public AdapterList deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return json.hasToken(JsonToken.VALUE_STRING)
          ? parse(json.getText())
          : new AdapterList(ListJson.read(json, context, AdapterEntry[].class, WHAT));
    }
  }
}
