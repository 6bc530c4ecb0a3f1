package demofusion.protocol.api.auditlog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.util.List;
import java.util.Locale;

/** What somebody did, or was refused to do. */
public enum AuditedAction {
  /** Submitted images, in this API or another program's. */
  SUBMIT,
  /** Had an image enlarged, as a new job. */
  CONTINUE,
  /** Had a part of an image drawn anew, as a new job. */
  REPAIR,
  CANCEL,
  RETRY,
  /** Removed finished jobs. */
  PRUNE,
  DRAIN,
  /** Gave a drained or quarantined worker work again. */
  RESUME,
  /** Took a worker's device back from the farm. */
  PAUSE,
  /** Let the farm have it again. */
  UNPAUSE,
  /** Connected a worker by the API. */
  JOIN,
  /** Uploaded a file to the store of models, or a part of it. */
  MODELS_ADD,
  /** Recommended other settings for a model. */
  MODELS_SET,
  /** Removed a file from the store of models, or an upload. */
  MODELS_REMOVE,
  /** Changed the caller's own options in WebUI's API. */
  OPTIONS,
  SIGN_IN,
  SIGN_OUT,
  /** A line is new in the tokens file. */
  TOKEN_ADD,
  /** A line is gone from the tokens file. */
  TOKEN_REMOVE,
  /** A token's budget or weight is another in the tokens file. */
  TOKEN_CHANGE,
  /** A change that has no word of its own yet. */
  OTHER;

  private static final int LONGEST_QUOTE = 40;

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  public static AuditedAction parse(String text) {
    for (AuditedAction action : values()) {
      if (action.toString().equals(text)) {
        return action;
      }
    }
    throw DemofusionException.badRequest(
        "action \"%s\" must be one of %s"
            .formatted(Excerpt.printable(text, LONGEST_QUOTE), List.of(values())));
  }

  /** As {@link #parse}; a word of a later version is {@link #OTHER}. */
  @JsonCreator
  static AuditedAction read(String text) {
    for (AuditedAction action : values()) {
      if (action.toString().equals(text)) {
        return action;
      }
    }
    return OTHER;
  }

  /** As it is written: {@code models-add}. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
