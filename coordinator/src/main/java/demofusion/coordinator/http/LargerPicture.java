package demofusion.coordinator.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.job.Order;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.RenderSpec;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/jobs/{id}/continue}: how large the picture is to become. Everything
 * else is as it was.
 *
 * @param size "WxH" in pixels
 * @param phase the last one that is not done again; null: the last that both pictures share
 * @param previews whether each phase's picture is wanted too; null: as before
 * @param priority null: as before
 * @param webhook told when the job is over
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LargerPicture(
    @JsonProperty(required = true) String size,
    @Nullable Integer phase,
    @Nullable Boolean previews,
    @Nullable Integer priority,
    @Nullable String webhook) {

  /**
   * @param earlier the job to go on from
   * @param asked what that was asked for
   */
  Order toOrder(JobId earlier, RenderRequest asked) {
    if (size == null) {
      throw Refused.badRequest("size is missing: say how large it is to become, as WxH in pixels");
    }
    NewPictureRules.requirePriority(priority);
    NewPictureRules.requireWebhook(webhook);
    RenderSpec spec = asked.spec().withSource(null).sized(PixelExtent.parse(size));
    var model = asked.model();
    return new Order(
        spec,
        String.join("@", model.hash(), model.precision().toString(), model.device()),
        previews == null ? asked.previews() : previews,
        priority == null ? asked.priority() : priority,
        null,
        null,
        webhook == null ? null : URI.create(webhook),
        new Order.Earlier(earlier, phase));
  }
}
