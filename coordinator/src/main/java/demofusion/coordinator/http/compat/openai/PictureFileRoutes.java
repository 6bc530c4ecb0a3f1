package demofusion.coordinator.http.compat.openai;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.StoredFiles;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.auth.PictureLinks;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.DrawnPictures;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.protocol.JobId;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** Pictures under addresses that need no token, since they are signed. */
final class PictureFileRoutes {
  private static final String PATH = "/v1/pictures/";

  private final StoredFiles files;
  private final PictureLinks links;

  PictureFileRoutes(StoredFiles files, PictureLinks links) {
    this.files = files;
    this.links = links;
  }

  Endpoint endpoint() {
    return Endpoint.open(PATH + "{file}", this::picture)
        .as(
            OpenAiApi.operation("pictureFile", "A picture, by an address of images' answers.")
                .detail(
                    "The address is signed, is valid for an hour, and needs no token. Refusals are"
                        + " of application/problem+json.")
                .query("expires", "Seconds since 1970.", "type: 'integer'")
                .query("signature", "Of the file and the time.", "type: 'string'")
                .answersWith(
                    200,
                    "The picture, in the format that was asked for.",
                    "image/*",
                    "ETag",
                    "Accept-Ranges")
                .answersWith(206, "A part of it.", "image/*")
                .answers(304, "The one that is known already by its tag.")
                .refuses(404, 416, 502, 503));
  }

  /** The path and query of a job's picture. */
  String path(JobId job, WrittenFormat format) {
    String file = job + format.suffix();
    return PATH + file + links.query(file);
  }

  private Route picture(Endpoint.Call call) {
    String file = call.pathParam("file");
    links.require(call.request(), file);
    Optional<WrittenFormat> format = WrittenFormat.ofFile(file);
    String job = file.replaceFirst("\\.[a-z]+$", "");
    if (format.isEmpty() || !JobId.isValid(job)) {
      throw ApiException.with(StatusCodes.NOT_FOUND, "there is no such picture");
    }
    // Whoever has the address may see the picture: it was made for them.
    return files.answer(
        Caller.LOCAL,
        new JobId(job),
        WrittenPictures.name(DrawnPictures.PICTURE, format.get()),
        type(format.get()),
        "image");
  }

  private static ContentType type(WrittenFormat format) {
    return switch (format) {
      case PNG -> MediaTypes.IMAGE_PNG.toContentType();
      case JPEG -> MediaTypes.IMAGE_JPEG.toContentType();
      case WEBP -> MediaTypes.IMAGE_WEBP.toContentType();
    };
  }
}
