package demofusion.deploy.command.option;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.condition.PictureBytes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a picture was drawn with and does not contain: other pictures, of which its text has only
 * the hashes. Whoever draws it again has to give them.
 *
 * @param picture in whose text it stands
 * @param text as it stands there
 * @param options with any of which it is given
 */
record NotContained(String picture, String text, List<String> options) {
  NotContained {
    options = List.copyOf(options);
  }

  /**
   * @param settings of a picture that this program drew
   */
  static List<NotContained> of(String picture, Map<String, String> settings) {
    return RequestFields.ALL.stream()
        .flatMap(
            field ->
                Stream.ofNullable(field.eachOption()).map(one -> of(picture, settings, field, one)))
        .flatMap(List::stream)
        .toList();
  }

  private static List<NotContained> of(
      String picture, Map<String, String> settings, Field<?> field, String one) {
    String text = settings.getOrDefault(Objects.requireNonNull(field.recordedName()), "");
    return text.contains(PictureBytes.HASH_PREFIX)
        ? List.of(
            new NotContained(picture, text, List.of(one, Objects.requireNonNull(field.option()))))
        : List.of();
  }

  /**
   * @param isGiven whether an option is on the command line
   * @throws DemofusionException BAD_REQUEST if it is not given
   */
  void require(Predicate<String> isGiven) {
    if (options.stream().noneMatch(isGiven)) {
      throw DemofusionException.badRequest(
          "%s was drawn with pictures that it does not contain (%s): give them with %s"
              .formatted(picture, text, options.get(0)));
    }
  }
}
