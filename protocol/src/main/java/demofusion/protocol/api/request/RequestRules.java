package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.PictureFormat;
import demofusion.protocol.net.UrlHost;
import java.net.URI;
import java.net.URISyntaxException;

/** What a request's files and addresses must keep to. */
final class RequestRules {
  private RequestRules() {}

  static void requirePicture(byte[] image) {
    PictureFormat.refusal(image)
        .ifPresent(
            reason -> {
              throw DemofusionException.badRequest(
                  "image of " + image.length + " bytes " + reason);
            });
  }

  /**
   * Reads an address that can be told of a job.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  static URI webhook(String text) {
    try {
      URI uri = new URI(text);
      boolean isWeb =
          "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
      if (isWeb && UrlHost.of(uri).isPresent() && uri.getUserInfo() == null) {
        requireCertifiable(uri);
        return uri;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw DemofusionException.badRequest(
        "webhook \"" + text + "\" must be an http or https URL with a host and without a user");
  }

  private static void requireCertifiable(URI webhook) {
    UrlHost.certificateProblem(webhook)
        .ifPresent(
            problem -> {
              throw DemofusionException.badRequest("webhook \"" + webhook + "\" " + problem);
            });
  }
}
