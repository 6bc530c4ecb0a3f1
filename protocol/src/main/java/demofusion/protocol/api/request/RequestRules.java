package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.net.UrlHost;
import java.net.URI;
import java.net.URISyntaxException;

/** What a request's files and addresses must keep to. */
final class RequestRules {
  private RequestRules() {}

  static void requirePicture(byte[] image) {
    if (!isPng(image) && !isJpeg(image)) {
      throw DemofusionException.badRequest(
          "image of " + image.length + " bytes is neither a PNG nor a JPEG");
    }
  }

  private static boolean isPng(byte[] file) {
    return file.length > 8
        && file[0] == (byte) 0x89
        && file[1] == 'P'
        && file[2] == 'N'
        && file[3] == 'G';
  }

  private static boolean isJpeg(byte[] file) {
    return file.length > 3
        && file[0] == (byte) 0xff
        && file[1] == (byte) 0xd8
        && file[2] == (byte) 0xff;
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
