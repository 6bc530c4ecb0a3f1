package demofusion.protocol.api.request;

import static demofusion.protocol.api.request.Field.Surface.GUESTS;
import static demofusion.protocol.api.request.Field.Surface.PAGE;
import static demofusion.protocol.api.request.Field.Surface.PICTURE_TEXT;

import java.net.URI;
import java.util.List;

/** Rows of {@link RequestFields#ALL}: how the farm is to do it, which changes no picture. */
final class JobFields {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_WEBHOOK = 2_048;

  static final Field<URI> WEBHOOK =
      Field.of(
              "webhook",
              FieldKind.address(LONGEST_WEBHOOK, RequestRules::webhook),
              JobRequest::webhook,
              (b, webhook) -> b.webhook = webhook)
          .option("--webhook")
          .described("Webhook", "An http or https address that is notified when the job ends.")
          .example("https://example.org/done")
          .notOn(PICTURE_TEXT, GUESTS, PAGE);

  static final List<Field<?>> ROWS =
      List.of(
          Field.of(
                  "model",
                  FieldKind.text(LONGEST_NAME),
                  JobRequest::model,
                  (b, model) -> b.model = model)
              .option("--model")
              .form(FormGroup.JOB, "Model", "Name or hash of a model that the workers have.")
              .control(Field.Control.MODEL)
              .otherwise("the only one there is")
              .notOn(PICTURE_TEXT, GUESTS),
          Field.of(
                  "previews",
                  FieldKind.flag(),
                  JobRequest::previews,
                  (b, previews) -> b.previews = previews)
              .option("--previews")
              .described("Previews", "Whether to make each phase’s image too.")
              .notOn(PICTURE_TEXT, GUESTS, PAGE),
          Field.of(
                  "priority",
                  FieldKind.whole(JobRequest.PRIORITY),
                  JobRequest::priority,
                  (b, priority) -> b.priority = priority)
              .checked(JobRequest.PRIORITY::require)
              .option("--priority")
              .guestArgument(19)
              .form(FormGroup.JOB, "Priority", "Jobs with a higher priority go first.")
              .notOn(PICTURE_TEXT),
          WEBHOOK);

  private JobFields() {}
}
