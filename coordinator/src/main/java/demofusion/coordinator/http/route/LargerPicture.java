package demofusion.coordinator.http.route;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Schema;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.latent.PixelExtent;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/jobs/{id}/continue}: how large the picture is to become. Everything
 * else is as it was.
 */
@Schema("How large an image is to become.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LargerPicture(
    @JsonProperty(required = true)
        @Schema(
            value = "WIDTHxHEIGHT in pixels.",
            rules = "pattern: '^-?\\\\d{1,9}[xX×]-?\\\\d{1,9}$', examples: ['4096x4096']")
        String size,
    @Schema(
            value = "The last phase to keep. Default: the last that both images share.",
            rules = "minimum: 1")
        @Nullable Integer phase,
    @Schema("Whether to make each phase’s image too. Default: as before.")
        @Nullable Boolean previews,
    @Schema(
            value = "Jobs with a higher priority go first. Default: as before.",
            rules = "minimum: -1000, maximum: 1000")
        @Nullable Integer priority,
    @Schema(
            value = "An http or https address that is notified when the job ends.",
            rules = "format: 'uri', maxLength: 2048")
        @Nullable String webhook) {

  /**
   * @param earlier the job to go on from
   * @param asked what that was asked for
   */
  JobRequest toRequest(JobId earlier, RenderRequest asked) {
    if (size == null) {
      throw ApiException.badRequest("size is missing: give the new size as WxH in pixels");
    }
    if (priority != null) {
      JobRequest.PRIORITY.require(priority);
    }
    RenderSpec spec = asked.spec().withSource(null).sized(PixelExtent.parse(size));
    var model = asked.model();
    return new JobRequest(
        spec,
        String.join("@", model.hash(), model.precision().toString(), model.device()),
        previews == null ? asked.previews() : previews,
        priority == null ? asked.priority() : priority,
        null,
        null,
        webhook == null ? null : RequestFields.WEBHOOK.read(webhook),
        new JobRequest.Earlier(earlier, phase));
  }
}
