package demofusion.coordinator.http;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.CropCorner;
import demofusion.protocol.latent.RenderMethod;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a {@link NewPicture} must keep to besides what an order's own parts check. */
final class NewPictureRules {
  /** Far beyond what text towers read, and little enough to be kept for thousands of jobs. */
  static final int LONGEST_PROMPT = 16_384;

  static final int LONGEST_NAME = 200;
  static final int LONGEST_WEBHOOK = 2_048;
  static final int HIGHEST_PRIORITY = 1_000;
  private static final Pattern CROP = Pattern.compile("(\\d{1,6})[,x](\\d{1,6})");

  private NewPictureRules() {}

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  static void check(NewPicture picture) {
    if (picture.prompt() == null) {
      throw DemofusionException.badRequest("prompt is missing: say what to draw, in words");
    }
    requireShort("prompt", picture.prompt(), LONGEST_PROMPT);
    requireShort("prompt2", picture.prompt2(), LONGEST_PROMPT);
    requireShort("negativePrompt", picture.negativePrompt(), LONGEST_PROMPT);
    requireShort("negativePrompt2", picture.negativePrompt2(), LONGEST_PROMPT);
    requireShort("model", picture.model(), LONGEST_NAME);
    requirePriority(picture.priority());
    requireStart(picture.image(), picture.strength());
    requireWebhook(picture.webhook());
  }

  private static void requireShort(String name, @Nullable String text, int most) {
    if (text != null && text.length() > most) {
      throw DemofusionException.badRequest(
          name + " has " + text.length() + " characters; it may have at most " + most);
    }
  }

  static void requirePriority(@Nullable Integer priority) {
    if (priority != null && (priority < -HIGHEST_PRIORITY || priority > HIGHEST_PRIORITY)) {
      throw DemofusionException.badRequest(
          "priority "
              + priority
              + " must be between "
              + -HIGHEST_PRIORITY
              + " and "
              + HIGHEST_PRIORITY);
    }
  }

  private static void requireStart(byte @Nullable [] image, @Nullable Double strength) {
    if (image != null && !isPng(image) && !isJpeg(image)) {
      throw DemofusionException.badRequest(
          "image of " + image.length + " bytes is neither a PNG nor a JPEG");
    }
    if (strength != null && image == null) {
      throw DemofusionException.badRequest(
          "strength " + strength + " is about a picture to start from: give one as image");
    }
    if (strength != null && !(strength > 0 && strength <= 1)) {
      throw DemofusionException.badRequest(
          "strength " + strength + " must be above 0 and at most 1");
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

  static void requireWebhook(@Nullable String webhook) {
    if (webhook == null) {
      return;
    }
    requireShort("webhook", webhook, LONGEST_WEBHOOK);
    try {
      URI uri = new URI(webhook);
      boolean isWeb = "https".equalsIgnoreCase(uri.getScheme()) || "http".equals(uri.getScheme());
      if (isWeb && uri.getHost() != null && uri.getUserInfo() == null) {
        return;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw DemofusionException.badRequest(
        "webhook \""
            + webhook
            + "\" must be an http or https address with a host and without a user");
  }

  /** Reads a method's name. */
  static RenderMethod method(String text) {
    for (RenderMethod method : RenderMethod.values()) {
      if (method.name().toLowerCase(Locale.ROOT).equals(text)) {
        return method;
      }
    }
    throw DemofusionException.badRequest(
        "method \"" + text + "\" must be demofusion, multidiffusion or direct");
  }

  /** Reads {@code "TOP,LEFT"}. */
  static CropCorner crop(String text) {
    Matcher matcher = CROP.matcher(text);
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "crop \"" + text + "\" must be TOP,LEFT in pixels, for example 0,256");
    }
    return new CropCorner(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }
}
