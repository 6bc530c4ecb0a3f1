package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AdapterUse} as JSON has it; what is null is left out. What values may be is checked
 * where it becomes one.
 *
 * @param name of the IP-Adapter's file without its ending
 * @param encoder the name of its image encoder's folder; null: the one that belongs to it
 * @param images pictures' files in base64
 * @param weight null: 1
 * @param local weight in local windows of later phases; null: the weight
 * @param start share of the schedule before which it does not count; null: 0
 * @param end share behind which it does not count; null: 1
 * @param blocks see {@link AdapterBlocks}
 * @param fit see {@link AdapterFit}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AdapterEntry(
    @JsonProperty(required = true) String name,
    @Nullable String encoder,
    @JsonProperty(required = true) List<String> images,
    @Nullable Double weight,
    @Nullable Double local,
    @Nullable Double start,
    @Nullable Double end,
    @Nullable String blocks,
    @Nullable String fit) {
  public AdapterEntry {
    if (name == null) {
      throw DemofusionException.badRequest("an IP-Adapter has no name: say which file it is");
    }
    if (images == null || images.stream().anyMatch(Objects::isNull)) {
      throw DemofusionException.badRequest(
          "IP-Adapter %s has no images: give it a list of pictures".formatted(name));
    }
    images = List.copyOf(images);
  }

  static AdapterEntry of(AdapterUse use) {
    return of(use, ListJson::base64);
  }

  /**
   * @param write what stands for a picture
   */
  static AdapterEntry of(AdapterUse use, Function<PictureBytes, String> write) {
    NamedNetwork encoder = use.encoder();
    return new AdapterEntry(
        use.network().name(),
        encoder == null ? null : encoder.name(),
        use.pictures().stream().map(write).toList(),
        use.scale() == 1 ? null : (Double) use.scale(),
        use.local(),
        use.span().start() == 0 ? null : (Double) use.span().start(),
        use.span().end() == 1 ? null : (Double) use.span().end(),
        use.blocks() == AdapterBlocks.ALL ? null : use.blocks().toString(),
        use.fit() == AdapterFit.CROP ? null : use.fit().toString());
  }

  /**
   * Still to be looked up.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public AdapterUse toUse() {
    return new AdapterUse(
        NamedNetwork.named(name),
        encoder == null ? null : NamedNetwork.named(encoder),
        null,
        images.stream()
            .map(image -> ListJson.picture(image, "an image of IP-Adapter " + name))
            .toList(),
        weight == null ? 1 : weight,
        local,
        new StepSpan(start == null ? 0 : start, end == null ? 1 : end),
        blocks == null ? AdapterBlocks.ALL : AdapterBlocks.parse(blocks),
        fit == null ? AdapterFit.CROP : AdapterFit.parse(fit));
  }
}
